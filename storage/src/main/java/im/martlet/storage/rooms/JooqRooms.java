package im.martlet.storage.rooms;

import static im.martlet.storage.schema.Tables.ACCOUNT;
import static im.martlet.storage.schema.Tables.ROOM;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.DSL;

final class JooqRooms implements Rooms {
    private final Database database;

    JooqRooms(Database database) { this.database = database; }

    @Override public Optional<Room> find(Jid address) {
        return database
                .read(sql -> select(sql, ACCOUNT.HOST.eq(address.domain()).and(ACCOUNT.LOCALPART.eq(address.local())))
                        .fetchOptional(JooqRooms::room));
    }

    private static org.jooq.SelectConditionStep<Record> select(DSLContext sql, Condition which) {
        return sql.select(ROOM.fields()).select(ACCOUNT.HOST, ACCOUNT.LOCALPART, ACCOUNT.CREATED).from(ROOM)
                .join(ACCOUNT).on(ACCOUNT.ID.eq(ROOM.ACCOUNT)).where(which);
    }

    private static Room room(Record r) {
        return new Room(new AccountKey(r.get(ROOM.ACCOUNT)), Jid.of(r.get(ACCOUNT.LOCALPART), r.get(ACCOUNT.HOST), ""),
                r.get(ROOM.CREATOR), r.get(ROOM.SECRET),
                new Settings(r.get(ROOM.PERSISTENT), r.get(ROOM.LISTED), r.get(ROOM.NAME), r.get(ROOM.CONFIG)),
                r.get(ROOM.SUBJECT), r.get(ACCOUNT.CREATED));
    }

    @Override public Optional<Room> create(Room draft, List<RoomMembers.Affiliated> people) {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        try {
            return Optional.of(database.write(sql -> {
                long id = sql.insertInto(ACCOUNT, ACCOUNT.HOST, ACCOUNT.LOCALPART, ACCOUNT.ENABLED, ACCOUNT.CREATED)
                        .values(draft.address().domain(), draft.address().local(), false, now)
                        .returningResult(ACCOUNT.ID).fetchSingle(ACCOUNT.ID);
                var s = draft.settings();
                sql.insertInto(ROOM, ROOM.ACCOUNT, ROOM.CREATOR, ROOM.SECRET, ROOM.PERSISTENT, ROOM.LISTED, ROOM.NAME,
                        ROOM.CONFIG, ROOM.SUBJECT)
                        .values(id, draft.creator(), draft.secret(), s.persistent(), s.listed(), s.name(), s.rest(),
                                draft.subject())
                        .execute();
                people.forEach(member -> JooqRoomMembers.insert(sql, id, member));
                return new Room(new AccountKey(id), draft.address(), draft.creator(), draft.secret(), s,
                        draft.subject(), now);
            }));
        } catch (StorageException e) {
            if (e.getCause() instanceof IntegrityConstraintViolationException) return Optional.empty();
            throw e;
        }
    }

    @Override public void configure(AccountKey room, Settings s) {
        database.write(sql -> sql.update(ROOM).set(ROOM.PERSISTENT, s.persistent()).set(ROOM.LISTED, s.listed())
                .set(ROOM.NAME, s.name()).set(ROOM.CONFIG, s.rest())
                .where(ROOM.ACCOUNT.eq(room.value())).execute());
    }

    @Override public void setSubject(AccountKey room, String subject) {
        database.write(
                sql -> sql.update(ROOM).set(ROOM.SUBJECT, subject).where(ROOM.ACCOUNT.eq(room.value())).execute());
    }

    @Override public List<Room> list(String domain, Which which, String after, int limit) {
        var kind = switch (which) {
            case ALL -> DSL.noCondition();
            case LISTED -> ROOM.LISTED.isTrue();
            case TEMPORARY -> ROOM.PERSISTENT.isFalse();
        };
        return database.read(sql -> select(sql, ACCOUNT.HOST.eq(domain).and(ACCOUNT.LOCALPART.gt(after)).and(kind))
                .orderBy(ACCOUNT.LOCALPART).limit(limit).fetch(JooqRooms::room));
    }

    @Override public int countCreatedBy(Jid creator) {
        return database.read(sql -> sql.fetchCount(ROOM, ROOM.CREATOR.eq(creator)));
    }
}
