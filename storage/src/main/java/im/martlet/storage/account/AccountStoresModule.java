package im.martlet.storage.account;

import com.google.inject.AbstractModule;
import im.martlet.storage.db.Database;

/** Binds the stores of accounts. */
public final class AccountStoresModule extends AbstractModule {
    private final Database database;

    public AccountStoresModule(Database database) { this.database = database; }

    @Override protected void configure() {
        var changes = new LoginChanges();
        bind(Accounts.class).toInstance(new JooqAccounts(database, changes));
        bind(LoginTokens.class).toInstance(new JooqLoginTokens(database, changes));
        bind(AccountCounts.class).toInstance(new JooqAccountCounts(database));
        bind(Rosters.class).toInstance(new JooqRosters(database));
        bind(Blocklists.class).toInstance(new JooqBlocklists(database));
        bind(PrivateXml.class).toInstance(new JooqPrivateXml(database));
        bind(VCards.class).toInstance(new JooqVCards(database));
        bind(Capabilities.class).toInstance(new JooqCapabilities(database));
        bind(UserDirectory.class).toInstance(new JooqUserDirectory(database));
    }
}
