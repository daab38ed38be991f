package im.martlet.storage.log;

import com.google.inject.AbstractModule;
import im.martlet.storage.db.Database;

/** Binds the journal and the stores of the data that it writes. */
public final class LogStoresModule extends AbstractModule {
    private final Database database;

    public LogStoresModule(Database database) { this.database = database; }

    @Override protected void configure() {
        var journal = new JooqJournal(database);
        bind(Journal.class).toInstance(journal);
        bind(Archive.class).toInstance(new JooqArchive(database));
        bind(ArchivePreferences.class).toInstance(new JooqArchivePreferences(database));
        bind(ResumableSessions.class).toInstance(new JooqResumableSessions(database));
        bind(Outbox.class).toInstance(new JooqOutbox(database));
        bind(RemoteMessages.class).toInstance(new JooqRemoteMessages(database));
        bind(LastSeen.class).toInstance(new JooqLastSeen(database, journal));
    }
}
