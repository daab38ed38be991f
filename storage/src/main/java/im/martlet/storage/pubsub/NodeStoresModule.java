package im.martlet.storage.pubsub;

import com.google.inject.AbstractModule;
import im.martlet.storage.db.Database;

/** Binds the stores of publish-subscribe nodes. */
public final class NodeStoresModule extends AbstractModule {
    private final Database database;

    public NodeStoresModule(Database database) { this.database = database; }

    @Override protected void configure() {
        bind(Nodes.class).toInstance(new JooqNodes(database));
        bind(NodeItems.class).toInstance(new JooqNodeItems(database));
        bind(NodeAffiliations.class).toInstance(new JooqNodeAffiliations(database));
        bind(NodeSubscriptions.class).toInstance(new JooqNodeSubscriptions(database));
    }
}
