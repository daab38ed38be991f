package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.spec.Xep;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service of rooms (XEP-0045). It receives the stanzas for rooms, each on the mailbox of its room, and passes them
 * to the class for their kind.
 */
@Xep(number = 45, title = "Multi-User Chat", version = "1.35.1", note = "no public logs")
@Xep(number = 421, title = "Occupant identifiers for semi-anonymous MUCs", version = "1.0.1")
public final class MultiUserChat implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(MultiUserChat.class);

    private final Supplier<RoomSettings> settings;
    private final LiveRooms rooms;
    private final RoomHooks roomHooks;
    private final OccupantPresence presence;
    private final RoomStanzas stanzas;

    @Inject MultiUserChat(Supplier<RoomSettings> settings, LiveRooms rooms, RoomHooks roomHooks,
            OccupantPresence presence, RoomStanzas stanzas) {
        this.settings = settings;
        this.rooms = rooms;
        this.roomHooks = roomHooks;
        this.presence = presence;
        this.stanzas = stanzas;
    }

    @Override public List<Hook> hooks() {
        if (!settings.get().enabled()) return List.of();
        var own = List.<Hook.Declaration>of(Hook.identity(Hook.To.SERVICE, "conference", "text", "Rooms"),
                Hook.serviceFeature(MucXml.NS), Hook.serviceFeature(MucXml.STABLE_ID),
                Hook.serviceFeature(MucXml.OCCUPANT_ID));
        return List.of(new Hook.Service(settings.get().label(), Jid::bare,
                Stream.concat(own.stream(), roomHooks.serviceDeclarations().stream()).toList(), this::receive));
    }

    private void receive(Stanza stanza, StanzaTransaction transaction) {
        var address = Objects.requireNonNull(stanza.to()).bare();
        if (!address.hasLocal()) {
            receiveForService(stanza);
            return;
        }
        try {
            switch (stanza) {
                case Presence p -> presence.receive(p, transaction);
                case Message m -> stanzas.receive(m, transaction);
                case Iq iq -> stanzas.receive(iq, transaction);
            }
        } finally {
            rooms.findLive(address).ifPresent(live -> {
                live.noteActivity(stanza.from());
                rooms.settle(live);
            });
        }
    }

    /** Receives a stanza for the domain itself that no declaration answers. */
    private static void receiveForService(Stanza stanza) {
        switch (stanza) {
            case Iq.Request _, Message _ -> throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
            case Iq.Response _, Presence _ -> Decision.DROPPED.log(LOG,
                    "the domain of rooms takes neither presence nor responses", null, stanza);
        }
    }
}
