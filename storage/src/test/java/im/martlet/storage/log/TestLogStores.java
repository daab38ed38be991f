package im.martlet.storage.log;

import im.martlet.storage.db.Database;

/** Makes single stores of this package for tests in other packages. */
public final class TestLogStores {
    private TestLogStores() {}

    public static Archive archive(Database database) { return new JooqArchive(database); }

    public static ArchivePreferences archivePreferences(Database database) {
        return new JooqArchivePreferences(database);
    }

    public static ResumableSessions resumableSessions(Database database) { return new JooqResumableSessions(database); }

    public static Outbox outbox(Database database) { return new JooqOutbox(database); }

    public static RemoteMessages remoteMessages(Database database) { return new JooqRemoteMessages(database); }

    public static Journal journal(Database database) { return new JooqJournal(database); }

    public static LastSeen lastSeen(Database database, Journal journal) { return new JooqLastSeen(database, journal); }
}
