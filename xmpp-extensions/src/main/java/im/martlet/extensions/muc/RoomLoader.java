package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.archive.Retention;
import im.martlet.extensions.muc.state.Affiliate;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.RoomHistory;
import im.martlet.extensions.muc.wire.RoomConfigForm;
import im.martlet.session.AccountLog;
import im.martlet.session.AccountLogs;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaIds;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Archive;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.storage.rooms.RoomMembers;
import im.martlet.storage.rooms.Rooms;
import jakarta.inject.Inject;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes live rooms, from the database or new. May block. */
final class RoomLoader {
    private final RoomMembers members;
    private final RoomHooks hooks;
    private final AccountLogs logs;
    private final Archive archive;
    private final boolean archives;
    private final Supplier<RoomSettings> settings;

    @Inject RoomLoader(RoomMembers members, RoomHooks hooks, AccountLogs logs, Archive archive,
            Retention.Settings archives, Supplier<RoomSettings> settings) {
        this.members = members;
        this.hooks = hooks;
        this.logs = logs;
        this.archive = archive;
        this.archives = archives.enabled();
        this.settings = settings;
    }

    /**
     * Loads a stored room.
     *
     * @param serviceAdmin tells whether a bare address is an owner of every room
     * @param whenWritten see {@link AccountLogs#open}
     */
    LiveRoom load(Rooms.Room stored, Predicate<Jid> serviceAdmin, Runnable whenWritten) {
        var config = RoomConfigForm.stored(stored.settings().rest());
        var room = new Room(stored.address(), stored.creator(), config, serviceAdmin);
        for (var member : members.of(stored.key()))
            room.affiliate(member.address(), new Affiliate(
                    Affiliation.read(member.affiliation()).orElse(Affiliation.NONE), member.nick(), member.reason()));
        if (!stored.subject().isEmpty()) room.subject((Message) StoredStanza.read(stored.subject()));
        hooks.load(room, stored.key());
        var live = new LiveRoom(room, stored.secret(), new RoomHistory(settings.get().history()));
        live.stored(stored.key(), log(stored.key(), whenWritten));
        if (archives) loadHistory(live);
        return live;
    }

    private void loadHistory(LiveRoom live) {
        int most = settings.get().history();
        var entries = archive.page(live.key(), Selection.all(), most, true);
        for (var entry : entries) live.history().add(new RoomHistory.PastMessage(entry.id(),
                LogId.time(entry.id()).toEpochMilli(),
                StanzaIds.stamp(StoredStanza.read(entry.stanza()).logged(entry.id()), live.address()).logged(0)));
        if (entries.size() >= most) live.history().markIncomplete();
    }

    /** Makes a new room live, which is not stored yet. @param secret the key that makes occupant ids */
    LiveRoom create(Room room, byte[] secret) {
        hooks.initialize(room);
        return new LiveRoom(room, secret, new RoomHistory(settings.get().history()));
    }

    /** Opens the log of a stored room. @return null when this server keeps no archives */
    @Nullable AccountLog log(AccountKey key, Runnable whenWritten) {
        return archives ? logs.open(key, whenWritten) : null;
    }
}
