package im.martlet.storage.push;

import im.martlet.storage.db.Database;

/** Makes single stores of this package for tests in other packages. */
public final class TestPushStores {
    private TestPushStores() {}

    public static PushDevices pushDevices(Database database) { return new JooqPushDevices(database); }

    public static PushServices pushServices(Database database) { return new JooqPushServices(database); }
}
