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
 * The rooms that are alive: somebody is in them, or something is happening to them. Others cost no memory. Each is
 * touched on its own mailbox only; which there are may be asked by anyone.
 */
@Singleton
final class LiveRooms {
    private static final Logger LOG = LoggerFactory.getLogger(LiveRooms.class);

    private final ConcurrentHashMap<Jid, LiveRoom> live = new ConcurrentHashMap<>();
    private final Rooms store;
    private final Accounts accounts;
    private final RoomLoader opening;
    private final Mailboxes mailboxes;
    private final Supplier<RoomSettings> settings;
    private final SecureRandom random = new SecureRandom();
    private volatile boolean closing;

    @Inject LiveRooms(Rooms store, Accounts accounts, RoomLoader opening, Mailboxes mailboxes,
            Supplier<RoomSettings> settings) {
        this.store = store;
        this.accounts = accounts;
        this.opening = opening;
        this.mailboxes = mailboxes;
        this.settings = settings;
    }

    /** A room, if there is one; on its mailbox. May ask the database. */
    Optional<LiveRoom> find(Jid address) {
        var known = live.get(address);
        if (known != null) return Optional.of(known);
        var found = store.find(address).map(kept -> opening.open(kept, this::isSovereign, () -> settleLater(address)));
        found.ifPresent(room -> live.put(address, room));
        return found;
    }

    /** A room that is alive; on its mailbox. */
    Optional<LiveRoom> alive(Jid address) {
        return Optional.ofNullable(live.get(address));
    }

    /** Somebody who is an owner of every room. */
    boolean isSovereign(Jid somebody) {
        return settings.get().admins().stream().anyMatch(admin -> {
            try {
                return Jid.parse(admin).equals(somebody.bare());
            } catch (JidException e) {
                return false; // nobody has this address
            }
        });
    }

    /** Those that are alive at this moment. Any thread; what is in them may be read on their mailboxes only. */
    Stream<LiveRoom> all() {
        return live.values().stream();
    }

    /** How many are in a room at this moment. Any thread. */
    int occupants(Jid address) {
        return alive(address).map(LiveRoom::present).orElse(0);
    }

    /** That a room may have, whatever its owner says. */
    int mostOccupants() { return settings.get().occupants(); }

    /** A new room, which is locked, and not kept until it is unlocked. On its mailbox. */
    LiveRoom make(Jid address, Jid creator) {
        var config = RoomConfig.usual().with(RoomOption.PERSISTENT, settings.get().persistent()).with(RoomOption.PUBLIC,
                settings.get().listed());
        var room = new Room(address, creator.bare(), config, this::isSovereign);
        room.affiliate(creator.bare(), new Affiliate(Affiliation.OWNER, "", ""));
        room.locked(true);
        var secret = new byte[32];
        random.nextBytes(secret);
        var made = new LiveRoom(room, secret, opening.history());
        live.put(address, made);
        return made;
    }

    /** Rooms that somebody has made, those included that are still locked. */
    int madeBy(Jid creator) {
        return store.madeBy(creator.bare()) + (int) live.values().stream()
                .filter(r -> !r.isKept() && r.room().creator().equals(creator.bare())).count();
    }

    /** A room is configured, and so exists: it is kept from now on. */
    void unlock(LiveRoom made) {
        var room = made.room();
        var draft = new Rooms.Room(new AccountKey(0), room.address(), room.creator(), made.secret(),
                settings(room.config()),
                room.subject().map(StoredStanza::write).orElse(""), Instant.EPOCH);
        var kept = store.create(draft, room.affiliates().entrySet().stream().map(LiveRooms::affiliated).toList())
                .orElseThrow(() -> new StanzaException(
                        Condition.CONFLICT.because("there is such a room, or an account of this name")));
        made.keep(kept.key(), opening.log(kept.key(), () -> settleLater(room.address())));
        room.locked(false);
    }

    static Rooms.Settings settings(RoomConfig config) {
        return new Rooms.Settings(config.is(RoomOption.PERSISTENT), config.is(RoomOption.PUBLIC),
                config.text(RoomOption.NAME), RoomConfigForm.keep(config));
    }

    static RoomMembers.Affiliated affiliated(Map.Entry<Jid, Affiliate> who) {
        return new RoomMembers.Affiliated(who.getKey(), who.getValue().affiliation().wire(), who.getValue().nick(),
                who.getValue().reason());
    }

    /**
     * Something has been done with a room: it is let go when nobody is in it, and ends when it does not stay without
     * anybody.
     */
    void settle(LiveRoom room) {
        room.count();
        if (!room.room().isEmpty() || live.get(room.address()) != room) return;
        if (!room.isKept()) live.remove(room.address());
        else if (!room.room().config().is(RoomOption.PERSISTENT) && room.wasVisited() && !closing) destroy(room);
        else if (room.log().filter(log -> !log.isWritten()).isEmpty()) live.remove(room.address()); // who opens it anew finds all that is in it
    }

    private void settleLater(Jid address) {
        mailboxes.tell(address, Credit.UNLIMITED, () -> alive(address).ifPresent(this::settle));
    }

    /** A room ends, with all it owns; its occupants have been told. */
    void destroy(LiveRoom room) {
        live.remove(room.address());
        if (!room.isKept()) return;
        accounts.delete(room.key());
        room.log().filter(log -> !log.isWritten()).ifPresentOrElse( // what is on its way to the archive goes, too
                log -> log.whenWritten(log.head(),
                        () -> mailboxes.tell(room.address(), Credit.UNLIMITED, () -> deleteAgain(room))),
                () -> deleteAgain(room));
    }

    private void deleteAgain(LiveRoom room) {
        try {
            accounts.delete(room.key());
        } catch (StorageException e) {
            LOG.warn("what was said last in {}, which has ended, cannot be deleted now: {}", room.address(),
                    e.getMessage());
        }
    }

    /** From now on rooms that are left stay: everybody leaves because the server stops, and may come back. */
    void close() {
        closing = true;
    }

    /** Rooms of a domain that are kept, in the order of their names. May block. */
    List<Rooms.Room> list(String domain, Rooms.Which which, String after, int limit) {
        return store.list(domain, which, after, limit);
    }
}
