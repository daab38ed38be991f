package im.martlet.storage.rooms;

import static im.martlet.storage.schema.Tables.ROOM_HAT;
import static im.martlet.storage.schema.Tables.ROOM_HAT_WEARER;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import im.martlet.storage.key.AccountKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;

final class JooqRoomHats implements RoomHats {
    private final Database database;

    JooqRoomHats(Database database) { this.database = database; }

    @Override public List<Hat> of(AccountKey room) {
        return database.read(sql -> {
            var wearers = sql.select(ROOM_HAT_WEARER.HAT, ROOM_HAT_WEARER.ADDRESS).from(ROOM_HAT_WEARER).join(ROOM_HAT)
                    .on(ROOM_HAT.ID.eq(ROOM_HAT_WEARER.HAT))
                    .where(ROOM_HAT.ACCOUNT.eq(room.value())).fetchGroups(ROOM_HAT_WEARER.HAT, ROOM_HAT_WEARER.ADDRESS);
            return sql.select(ROOM_HAT.fields()).from(ROOM_HAT).where(ROOM_HAT.ACCOUNT.eq(room.value()))
                    .orderBy(ROOM_HAT.ID)
                    .fetch(r -> new Hat(r.get(ROOM_HAT.URI), r.get(ROOM_HAT.TITLE), r.get(ROOM_HAT.HUE),
                            Set.copyOf(wearers.getOrDefault(r.get(ROOM_HAT.ID), List.of()))));
        });
    }

    @Override public void put(AccountKey room, String uri, String title, String hue) {
        database.write(sql -> {
            int changed = sql.update(ROOM_HAT).set(ROOM_HAT.TITLE, title).set(ROOM_HAT.HUE, hue).where(is(room, uri))
                    .execute();
            if (changed == 0) sql.insertInto(ROOM_HAT).set(ROOM_HAT.ACCOUNT, room.value()).set(ROOM_HAT.URI, uri)
                    .set(ROOM_HAT.TITLE, title).set(ROOM_HAT.HUE, hue).execute();
            return changed;
        });
    }

    private static Condition is(AccountKey room, String uri) {
        return ROOM_HAT.ACCOUNT.eq(room.value()).and(ROOM_HAT.URI.eq(uri));
    }

    @Override public void remove(AccountKey room, String uri) {
        database.write(sql -> sql.deleteFrom(ROOM_HAT).where(is(room, uri)).execute());
    }

    @Override public void assign(AccountKey room, String uri, Jid wearer) {
        database.write(sql -> {
            id(sql, room, uri).ifPresent(hat -> {
                if (!sql.fetchExists(ROOM_HAT_WEARER, of(hat, wearer))) sql.insertInto(ROOM_HAT_WEARER)
                        .set(ROOM_HAT_WEARER.HAT, hat).set(ROOM_HAT_WEARER.ADDRESS, wearer).execute();
            });
            return null;
        });
    }

    private static Optional<Long> id(DSLContext sql, AccountKey room, String uri) {
        return sql.select(ROOM_HAT.ID).from(ROOM_HAT).where(is(room, uri)).fetchOptional(ROOM_HAT.ID);
    }

    private static Condition of(long hat, Jid wearer) {
        return ROOM_HAT_WEARER.HAT.eq(hat).and(ROOM_HAT_WEARER.ADDRESS.eq(wearer));
    }

    @Override public void unassign(AccountKey room, String uri, Jid wearer) {
        database.write(sql -> {
            id(sql, room, uri).ifPresent(hat -> sql.deleteFrom(ROOM_HAT_WEARER).where(of(hat, wearer)).execute());
            return null;
        });
    }

    @Override public void forget(Jid wearer) {
        database.write(sql -> sql.deleteFrom(ROOM_HAT_WEARER).where(ROOM_HAT_WEARER.ADDRESS.eq(wearer)).execute());
    }
}
