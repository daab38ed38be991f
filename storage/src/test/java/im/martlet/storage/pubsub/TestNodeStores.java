package im.martlet.storage.pubsub;

import im.martlet.storage.db.Database;

/** Makes single stores of this package for tests in other packages. */
public final class TestNodeStores {
    private TestNodeStores() {}

    public static Nodes nodes(Database database) { return new JooqNodes(database); }

    public static NodeItems nodeItems(Database database) { return new JooqNodeItems(database); }

    public static NodeAffiliations nodeAffiliations(Database database) { return new JooqNodeAffiliations(database); }

    public static NodeSubscriptions nodeSubscriptions(Database database) { return new JooqNodeSubscriptions(database); }
}
