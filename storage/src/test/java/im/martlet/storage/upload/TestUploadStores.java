package im.martlet.storage.upload;

import im.martlet.storage.db.Database;

/** Makes single stores of this package for tests in other packages. */
public final class TestUploadStores {
    private TestUploadStores() {}

    public static Uploads uploads(Database database) { return new JooqUploads(database); }

    public static UploadBlobs uploadBlobs(Database database) { return new JooqUploadBlobs(database); }
}
