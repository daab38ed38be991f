package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Xep;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
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

/**
 * XEP-0045: the service of rooms. What comes for a room is given, on the room's mailbox, to who knows what to do with
 * it.
 */
@Xep(number = 45, title = "Multi-User Chat", version = "1.35.1", note = "no public logs")
@Xep(number = 421, title = "Occupant identifiers for semi-anonymous MUCs", version = "1.0.1")
public final class MultiUserChat implements Extension {
    private final Supplier<RoomSettings> settings;
    private final LiveRooms rooms;
    private final RoomDirectory listing;
    private final ChannelSearch search;
    private final OccupantPresence presences;
    private final RoomStanzas conversation;

    /** How rooms are found. */
    record Finding(RoomDirectory listing, ChannelSearch search) {
        @Inject Finding {}
    }

    @Inject MultiUserChat(Supplier<RoomSettings> settings, LiveRooms rooms, Finding finding, OccupantPresence presences,
            RoomStanzas conversation) {
        this.listing = finding.listing;
        this.search = finding.search;
        this.settings = settings;
        this.rooms = rooms;
        this.presences = presences;
        this.conversation = conversation;
    }

    @Override public List<Hook> hooks() {
        if (!settings.get().enabled()) return List.of();
        var own = List.<Hook.Declaration>of(Hook.identity(Hook.To.SERVICE, "conference", "text", "Rooms"),
                Hook.serviceFeature(MucXml.NS), Hook.serviceFeature(MucXml.STABLE_ID),
                Hook.serviceFeature(MucXml.OCCUPANT_ID), Hook.serviceFeature(RoomVCards.NS),
                Hook.items(Hook.To.SERVICE, listing::items));
        return List.of(new Hook.Service(settings.get().label(), Jid::bare,
                Stream.concat(own.stream(), search.declarations().stream()).toList(), this::receive));
    }

    private void receive(Stanza stanza, StanzaTransaction transaction) {
        var address = Objects.requireNonNull(stanza.to()).bare();
        if (!address.hasLocal()) {
            service(stanza);
            return;
        }
        try {
            switch (stanza) {
                case Presence p -> presences.receive(p, transaction);
                case Message m -> conversation.message(m, transaction);
                case Iq iq -> conversation.iq(iq, transaction);
            }
        } finally {
            rooms.alive(address).ifPresent(live -> {
                live.heard(stanza.from());
                rooms.settle(live);
            });
        }
    }

    /** What is for the service itself, and not known to it. */
    private static void service(Stanza stanza) {
        switch (stanza) {
            case Iq.Request _, Message _ -> throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
            case Iq.Response _, Presence _ -> {}
        }
    }
}
