package im.martlet.storage.push;

import com.google.inject.AbstractModule;
import im.martlet.storage.db.Database;

/** Binds the stores of push notifications. */
public final class PushStoresModule extends AbstractModule {
    private final Database database;

    public PushStoresModule(Database database) { this.database = database; }

    @Override protected void configure() {
        bind(PushDevices.class).toInstance(new JooqPushDevices(database));
        bind(PushServices.class).toInstance(new JooqPushServices(database));
    }
}
