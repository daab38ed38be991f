package im.martlet.storage;

import com.google.inject.AbstractModule;

/** The stores, over one open database. */
public final class StorageModule extends AbstractModule {
    private final Database database;

    public StorageModule(Database database) { this.database = database; }

    @Override protected void configure() {
        bind(Database.class).toInstance(database);
        var changes = new LoginChanges();
        bind(Accounts.class).toInstance(new JooqAccounts(database, changes));
        bind(LoginTokens.class).toInstance(new JooqLoginTokens(database, changes));
        bind(Census.class).toInstance(new JooqCensus(database));
        bind(Rosters.class).toInstance(new JooqRosters(database));
        var journal = new JooqJournal(database);
        bind(Journal.class).toInstance(journal);
        bind(Archive.class).toInstance(new JooqArchive(database));
        bind(ArchivePreferences.class).toInstance(new JooqArchivePreferences(database));
        bind(Resumables.class).toInstance(new JooqResumables(database));
        bind(Outbox.class).toInstance(new JooqOutbox(database));
        bind(RemoteMessages.class).toInstance(new JooqRemoteMessages(database));
        bind(PushDevices.class).toInstance(new JooqPushDevices(database));
        bind(PushServices.class).toInstance(new JooqPushServices(database));
        bind(Blocklists.class).toInstance(new JooqBlocklists(database));
        bind(PrivateXml.class).toInstance(new JooqPrivateXml(database));
        bind(VCards.class).toInstance(new JooqVCards(database));
        bind(RoomPeople.class).toInstance(new JooqRoomPeople(database));
        bind(RoomHats.class).toInstance(new JooqRoomHats(database));
        bind(Rooms.class).toInstance(new JooqRooms(database));
        bind(Nodes.class).toInstance(new JooqNodes(database));
        bind(Items.class).toInstance(new JooqItems(database));
        bind(Affiliations.class).toInstance(new JooqAffiliations(database));
        bind(Subscriptions.class).toInstance(new JooqSubscriptions(database));
        bind(Capabilities.class).toInstance(new JooqCapabilities(database));
        bind(UserDirectory.class).toInstance(new JooqUserDirectory(database));
        bind(Uploads.class).toInstance(new JooqUploads(database));
        bind(UploadBlobs.class).toInstance(new JooqUploadBlobs(database));
        bind(LastSeen.class).toInstance(new JooqLastSeen(database, journal));
    }
}
