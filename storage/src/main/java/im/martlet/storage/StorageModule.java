package im.martlet.storage;

import com.google.inject.AbstractModule;
import im.martlet.storage.account.AccountStoresModule;
import im.martlet.storage.db.Database;
import im.martlet.storage.log.LogStoresModule;
import im.martlet.storage.pubsub.NodeStoresModule;
import im.martlet.storage.push.PushStoresModule;
import im.martlet.storage.rooms.RoomStoresModule;
import im.martlet.storage.upload.UploadStoresModule;

/** Binds one open database and all stores over it. */
public final class StorageModule extends AbstractModule {
    private final Database database;

    public StorageModule(Database database) { this.database = database; }

    @Override protected void configure() {
        bind(Database.class).toInstance(database);
        install(new AccountStoresModule(database));
        install(new LogStoresModule(database));
        install(new PushStoresModule(database));
        install(new RoomStoresModule(database));
        install(new NodeStoresModule(database));
        install(new UploadStoresModule(database));
    }
}
