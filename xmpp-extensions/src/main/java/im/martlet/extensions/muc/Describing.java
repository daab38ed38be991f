package im.martlet.extensions.muc;

import im.martlet.archive.ArchiveQueries;
import im.martlet.archive.Worth;
import im.martlet.extensions.muc.wire.HatForms;
import im.martlet.extensions.muc.wire.Muc;
import im.martlet.extensions.muc.wire.RoomInfo;
import im.martlet.session.Cause;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StanzaIds;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a room says of itself (XEP-0045 §6.4, §6.5, §7.12). */
final class Describing implements RoomQuery {
    private static final String OWN_NICK = "x-roomuser-item";

    private final Outgoing out;
    private final Cards cards;
    private final List<String> features;

    @Inject Describing(Outgoing out, Cards cards, ArchiveQueries archives) {
        this.out = out;
        this.cards = cards;
        var all = new ArrayList<>(List.of(Muc.NS, Muc.STABLE_ID, Muc.SELF_PING, Muc.OCCUPANT_ID, Muc.DISCO_INFO, Muc.DISCO_ITEMS, Muc.REGISTER, Cards.NS, HatForms.NS, Hatting.COMMAND, "jabber:iq:register", "urn:xmpp:ping"));
        all.addAll(archives.features());
        if (!archives.features().isEmpty()) all.addAll(List.of(StanzaIds.NS, Worth.RETRACT, Worth.RETRACT + "#tombstone", Moderating.NS));
        this.features = List.copyOf(all);
    }

    @Override public Set<String> namespaces() { return Set.of(Muc.DISCO_INFO, Muc.DISCO_ITEMS); }

    @Override public void answer(LiveRoom live, Iq.Request request, Cause cause) {
        if (!(request instanceof Iq.Get) || !request.element().name().equals("query")) throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        String node = request.element().attribute("node").orElse("");
        out.send(request.result(request.element().namespace().equals(Muc.DISCO_INFO) ? info(live, request, node) : items(live, request, node)), cause);
    }

    private Element info(LiveRoom live, Iq.Request request, String node) {
        return switch (node) {
            case "" -> RoomInfo.of(live.room(), features, cards.pictures(live), live.history().perHour(System.currentTimeMillis()));
            case OWN_NICK -> {
                var nick = live.room().affiliate(request.from().bare()).nick();
                var answer = Element.of(Muc.DISCO_INFO, "query").with("node", node);
                yield nick.isEmpty() ? answer : answer.with(RoomInfo.identity(nick));
            }
            case Muc.TRAFFIC -> throw new StanzaException(Condition.SERVICE_UNAVAILABLE.because("everything may pass")); // §18.1.1
            default -> command(live, request, node);
        };
    }

    /** XEP-0050 §2.2. */
    private static Element command(LiveRoom live, Iq.Request request, String node) {
        var title = Optional.ofNullable(Hatting.commands(live.room(), request.from()).get(node)).orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND.plain()));
        return Element.of(Muc.DISCO_INFO, "query").with("node", node).with(Element.of(Muc.DISCO_INFO, "identity").with("category", "automation").with("type", "command-node").with("name", title),
                Element.of(Muc.DISCO_INFO, "feature").with("var", Hatting.COMMAND), Element.of(Muc.DISCO_INFO, "feature").with("var", "jabber:x:data"));
    }

    /** §6.5: who is in a room, one learns in it. */
    private static Element items(LiveRoom live, Iq.Request request, String node) {
        return switch (node) {
            case "" -> Element.of(Muc.DISCO_ITEMS, "query");
            case Hatting.COMMAND -> Element.of(Muc.DISCO_ITEMS, "query").with("node", node).with(Hatting.commands(live.room(), request.from()).entrySet().stream()
                    .map(c -> Element.of(Muc.DISCO_ITEMS, "item").with("jid", live.address()).with("node", c.getKey()).with("name", c.getValue())).toList());
            default -> throw new StanzaException(Condition.ITEM_NOT_FOUND.plain());
        };
    }
}
