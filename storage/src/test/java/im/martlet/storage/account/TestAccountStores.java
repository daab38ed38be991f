package im.martlet.storage.account;

import im.martlet.storage.db.Database;

/** Makes single stores of this package for tests in other packages. */
public final class TestAccountStores {
    private TestAccountStores() {}

    public static Accounts accounts(Database database, LoginChanges changes) {
        return new JooqAccounts(database, changes);
    }

    public static Accounts accounts(Database database) { return accounts(database, new LoginChanges()); }

    public static LoginTokens loginTokens(Database database, LoginChanges changes) {
        return new JooqLoginTokens(database, changes);
    }

    public static AccountCounts accountCounts(Database database) { return new JooqAccountCounts(database); }

    public static Rosters rosters(Database database) { return new JooqRosters(database); }

    public static Blocklists blocklists(Database database) { return new JooqBlocklists(database); }

    public static PrivateXml privateXml(Database database) { return new JooqPrivateXml(database); }

    public static VCards vCards(Database database) { return new JooqVCards(database); }

    public static Capabilities capabilities(Database database) { return new JooqCapabilities(database); }

    public static UserDirectory userDirectory(Database database) { return new JooqUserDirectory(database); }
}
