package im.martlet.storage.upload;

import com.google.inject.AbstractModule;
import im.martlet.storage.db.Database;

/** Binds the stores of uploads. */
public final class UploadStoresModule extends AbstractModule {
    private final Database database;

    public UploadStoresModule(Database database) { this.database = database; }

    @Override protected void configure() {
        bind(Uploads.class).toInstance(new JooqUploads(database));
        bind(UploadBlobs.class).toInstance(new JooqUploadBlobs(database));
    }
}
