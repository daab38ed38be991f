package im.martlet.storage.rooms;

import com.google.inject.AbstractModule;
import im.martlet.storage.db.Database;

/** Binds the stores of rooms. */
public final class RoomStoresModule extends AbstractModule {
    private final Database database;

    public RoomStoresModule(Database database) { this.database = database; }

    @Override protected void configure() {
        bind(RoomMembers.class).toInstance(new JooqRoomMembers(database));
        bind(RoomHats.class).toInstance(new JooqRoomHats(database));
        bind(Rooms.class).toInstance(new JooqRooms(database));
    }
}
