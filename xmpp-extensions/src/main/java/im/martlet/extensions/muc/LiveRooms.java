package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.extensions.muc.state.Affiliate;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.RoomConfig;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.extensions.muc.wire.RoomConfigForm;
import im.martlet.session.Credit;
import im.martlet.session.Mailboxes;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.rooms.RoomMembers;
import im.martlet.storage.rooms.Rooms;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live rooms: those with occupants, and those that something is happening to. Other rooms take no memory. A live
 * room is used on its own mailbox only; any thread may ask which rooms are live.
 */
@Singleton
public final class LiveRooms {
    private static final Logger LOG = LoggerFactory.getLogger(LiveRooms.class);

    private final ConcurrentHashMap<Jid, LiveRoom> live = new ConcurrentHashMap<>();
    private final Rooms store;
    private final Accounts accounts;
    private final RoomLoader loader;
    private final Mailboxes mailboxes;
    private final Supplier<RoomSettings> settings;
    private final SecureRandom random = new SecureRandom();
    private volatile boolean closing;

    @Inject LiveRooms(Rooms store, Accounts accounts, RoomLoader loader, Mailboxes mailboxes,
            Supplier<RoomSettings> settings) {
        this.store = store;
        this.accounts = accounts;
        this.loader = loader;
        this.mailboxes = mailboxes;
        this.settings = settings;
    }

    /** Returns a room, and makes it live if it is not. On the room's mailbox; may ask the database. */
    public Optional<LiveRoom> find(Jid address) {
        var known = live.get(address);
        if (known != null) return Optional.of(known);
        var found = store.find(address)
                .map(stored -> loader.load(stored, this::isServiceAdmin, () -> settleLater(address)));
        found.ifPresent(room -> live.put(address, room));
        return found;
    }

    /** Returns a room if it is live. On the room's mailbox. */
    Optional<LiveRoom> findLive(Jid address) {
        return Optional.ofNullable(live.get(address));
    }

    /** Returns whether a user is an owner of every room. */
    boolean isServiceAdmin(Jid user) {
        return settings.get().admins().stream().anyMatch(admin -> {
            try {
                return Jid.parse(admin).equals(user.bare());
            } catch (JidException e) {
                return false; // no user has an invalid address
            }
        });
    }

    /** Returns the rooms that are live now. Any thread; each room may be read on its mailbox only. */
    Stream<LiveRoom> all() {
        return live.values().stream();
    }

    /** Returns the present number of occupants of a room. Any thread. */
    int occupantCount(Jid address) {
        return findLive(address).map(LiveRoom::occupantCount).orElse(0);
    }

    /** Returns the largest number of occupants that an owner may allow. */
    int maxOccupants() {
        return settings.get().occupants();
    }

    /** Creates a locked room, which is not stored until it is unlocked. On its mailbox. */
    LiveRoom create(Jid address, Jid creator) {
        var config = RoomConfig.defaults().with(RoomOption.PERSISTENT, settings.get().persistent())
                .with(RoomOption.PUBLIC, settings.get().listed());
        var room = new Room(address, creator.bare(), config, this::isServiceAdmin);
        room.affiliate(creator.bare(), new Affiliate(Affiliation.OWNER, "", ""));
        room.locked(true);
        var secret = new byte[32];
        random.nextBytes(secret);
        var created = loader.create(room, secret);
        live.put(address, created);
        return created;
    }

    /** Returns the number of rooms that a user created, with those that are still locked. */
    int countCreatedBy(Jid creator) {
        return store.countCreatedBy(creator.bare()) + (int) live.values().stream()
                .filter(r -> !r.isStored() && r.room().creator().equals(creator.bare())).count();
    }

    /** Unlocks a room after its first configuration, and stores it. */
    void unlock(LiveRoom created) {
        var room = created.room();
        var draft = new Rooms.Room(new AccountKey(0), room.address(), room.creator(), created.secret(),
                settings(room.config()),
                room.subject().map(StoredStanza::write).orElse(""), Instant.EPOCH);
        var stored = store.create(draft, room.affiliates().entrySet().stream().map(LiveRooms::affiliated).toList())
                .orElseThrow(() -> new StanzaException(
                        Condition.CONFLICT.because("a room or an account with this name exists")));
        created.stored(stored.key(), loader.log(stored.key(), () -> settleLater(room.address())));
        room.locked(false);
    }

    static Rooms.Settings settings(RoomConfig config) {
        return new Rooms.Settings(config.is(RoomOption.PERSISTENT), config.is(RoomOption.PUBLIC),
                config.text(RoomOption.NAME), RoomConfigForm.write(config));
    }

    static RoomMembers.Affiliated affiliated(Map.Entry<Jid, Affiliate> entry) {
        return new RoomMembers.Affiliated(entry.getKey(), entry.getValue().affiliation().wire(),
                entry.getValue().nick(), entry.getValue().reason());
    }

    /**
     * Decides whether a room stays live, after something was done with it. A room without occupants leaves memory when
     * its log is written; a temporary room is destroyed.
     */
    public void settle(LiveRoom room) {
        room.countOccupants();
        if (!room.room().isEmpty() || live.get(room.address()) != room) return;
        if (!room.isStored()) live.remove(room.address());
        else if (!room.room().config().is(RoomOption.PERSISTENT) && room.wasVisited() && !closing) destroy(room);
        else if (room.log().filter(log -> !log.isWritten()).isEmpty())
            live.remove(room.address()); // all of it is in the database, so it can be loaded again
    }

    private void settleLater(Jid address) {
        mailboxes.tell(address, Credit.UNLIMITED, () -> findLive(address).ifPresent(this::settle));
    }

    /** Deletes a room with everything that it owns. The caller has told its occupants. */
    void destroy(LiveRoom room) {
        live.remove(room.address());
        if (!room.isStored()) return;
        accounts.delete(room.key());
        // messages on their way to the archive must be deleted, too
        room.log().filter(log -> !log.isWritten()).ifPresentOrElse(
                log -> log.whenWritten(log.head(),
                        () -> mailboxes.tell(room.address(), Credit.UNLIMITED, () -> deleteAgain(room))),
                () -> deleteAgain(room));
    }

    private void deleteAgain(LiveRoom room) {
        try {
            accounts.delete(room.key());
        } catch (StorageException e) {
            LOG.warn("cannot delete the last messages of {}, which was destroyed: {}", room.address(), e.getMessage());
        }
    }

    /** Keeps temporary rooms from now on: the server stops, all occupants leave, and they may come back. */
    void close() {
        closing = true;
    }

    /** Returns stored rooms of a domain, in the order of their names. May block. */
    List<Rooms.Room> list(String domain, Rooms.Which which, String after, int limit) {
        return store.list(domain, which, after, limit);
    }
}
