package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.archive.Retention;
import im.martlet.extensions.muc.state.Affiliate;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Hats;
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
import im.martlet.storage.rooms.RoomHats;
import im.martlet.storage.rooms.RoomMembers;
import im.martlet.storage.rooms.Rooms;
import jakarta.inject.Inject;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes a room alive from what is kept of it. May block. */
final class RoomLoader {
    private final RoomMembers people;
    private final RoomHats hats;
    private final AccountLogs logs;
    private final Archive archive;
    private final boolean archives;
    private final Supplier<RoomSettings> settings;

    /** Where what is kept of it is. */
    record Kept(RoomMembers people, RoomHats hats, Archive archive) {
        @Inject Kept {}
    }

    @Inject RoomLoader(Kept kept, AccountLogs logs, Retention.Settings archives, Supplier<RoomSettings> settings) {
        this.people = kept.people;
        this.hats = kept.hats;
        this.logs = logs;
        this.archive = kept.archive;
        this.archives = archives.enabled();
        this.settings = settings;
    }

    /** @param whenWritten see {@link AccountLogs#open} */
    LiveRoom open(Rooms.Room kept, Predicate<Jid> sovereign, Runnable whenWritten) {
        var room = new Room(kept.address(), kept.creator(), RoomConfigForm.kept(kept.settings().rest()), sovereign);
        for (var who : people.of(kept.key()))
            room.affiliate(who.address(), new Affiliate(Affiliation.read(who.affiliation()).orElse(Affiliation.NONE),
                    who.nick(), who.reason()));
        if (!kept.subject().isEmpty()) room.subject((Message) StoredStanza.read(kept.subject()));
        for (var hat : hats.of(kept.key())) {
            room.hats().put(new Hats.Hat(hat.uri(), hat.title(), hat.hue()));
            hat.wearers().forEach(who -> room.hats().assign(hat.uri(), who));
        }
        var history = new RoomHistory(settings.get().history());
        var live = new LiveRoom(room, kept.secret(), history);
        live.keep(kept.key(), log(kept.key(), whenWritten));
        if (archives) {
            int most = settings.get().history();
            var entries = archive.page(kept.key(), Selection.all(), most, true);
            for (var entry : entries) history.add(new RoomHistory.Spoken(entry.id(),
                    LogId.time(entry.id()).toEpochMilli(),
                    StanzaIds.stamp(StoredStanza.read(entry.stanza()).logged(entry.id()), room.address()).logged(0)));
            if (entries.size() >= most) history.isCut();
        }
        return live;
    }

    @Nullable AccountLog log(AccountKey key, Runnable whenWritten) {
        return archives ? logs.open(key, whenWritten) : null;
    }

    /** For what is said in a new room. */
    RoomHistory history() { return new RoomHistory(settings.get().history()); }
}
