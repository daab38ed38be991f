package im.martlet.storage.rooms;

import im.martlet.storage.db.Database;

/** Makes single stores of this package for tests in other packages. */
public final class TestRoomStores {
    private TestRoomStores() {}

    public static RoomMembers roomMembers(Database database) { return new JooqRoomMembers(database); }

    public static RoomHats roomHats(Database database) { return new JooqRoomHats(database); }

    public static Rooms rooms(Database database) { return new JooqRooms(database); }
}
