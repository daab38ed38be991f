package im.martlet.storage.rooms;

import static im.martlet.storage.schema.Tables.ROOM_AFFILIATION;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import im.martlet.storage.key.AccountKey;
import java.util.List;
import org.jooq.DSLContext;

final class JooqRoomMembers implements RoomMembers {
    private static final String NO_AFFILIATION = "none"; // the affiliation of an address without any

    private final Database database;

    JooqRoomMembers(Database database) { this.database = database; }

    @Override public List<Affiliated> of(AccountKey room) {
        return database.read(sql -> sql.select(ROOM_AFFILIATION.fields()).from(ROOM_AFFILIATION)
                .where(ROOM_AFFILIATION.ACCOUNT.eq(room.value()))
                .orderBy(ROOM_AFFILIATION.ADDRESS)
                .fetch(r -> new Affiliated(r.get(ROOM_AFFILIATION.ADDRESS), r.get(ROOM_AFFILIATION.AFFILIATION),
                        r.get(ROOM_AFFILIATION.NICK), r.get(ROOM_AFFILIATION.REASON))));
    }

    @Override public void put(AccountKey room, List<Affiliated> changed) {
        database.write(sql -> {
            for (Affiliated member : changed) {
                sql.deleteFrom(ROOM_AFFILIATION).where(ROOM_AFFILIATION.ACCOUNT.eq(room.value()))
                        .and(ROOM_AFFILIATION.ADDRESS.eq(member.address())).execute();
                if (!member.affiliation().equals(NO_AFFILIATION) || !member.nick().isEmpty())
                    insert(sql, room.value(), member);
            }
            return changed.size();
        });
    }

    static void insert(DSLContext sql, long room, Affiliated member) {
        sql.insertInto(ROOM_AFFILIATION, ROOM_AFFILIATION.ACCOUNT, ROOM_AFFILIATION.ADDRESS,
                ROOM_AFFILIATION.AFFILIATION, ROOM_AFFILIATION.NICK, ROOM_AFFILIATION.REASON)
                .values(room, member.address(), member.affiliation(), member.nick(), member.reason()).execute();
    }

    @Override public void forget(Jid address) {
        database.write(sql -> sql.deleteFrom(ROOM_AFFILIATION).where(ROOM_AFFILIATION.ADDRESS.eq(address)).execute());
    }
}
