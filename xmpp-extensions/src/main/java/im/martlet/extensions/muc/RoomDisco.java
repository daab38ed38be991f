package im.martlet.extensions.muc;

import im.martlet.archive.ArchiveQueries;
import im.martlet.extensions.muc.wire.HatForms;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.extensions.muc.wire.RoomInfo;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StanzaIds;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a room says of itself (XEP-0045 §6.4, §6.5, §7.12). */
final class RoomDisco implements RoomQuery {
    private static final String OWN_NICK = "x-roomuser-item";

    private final RoomBroadcast out;
    private final RoomVCards cards;
    private final List<String> features;

    @Inject RoomDisco(RoomBroadcast out, RoomVCards cards, ArchiveQueries archives) {
        this.out = out;
        this.cards = cards;
        var all = new ArrayList<>(List.of(MucXml.NS, MucXml.STABLE_ID, MucXml.SELF_PING, MucXml.OCCUPANT_ID,
                MucXml.DISCO_INFO, MucXml.DISCO_ITEMS, MucXml.REGISTER, RoomVCards.NS, HatForms.NS, HatCommands.COMMAND,
                Namespaces.REGISTER, Namespaces.PING));
        all.addAll(archives.features());
        if (!archives.features().isEmpty()) all.addAll(
                List.of(StanzaIds.NS, KeepPolicy.RETRACT, KeepPolicy.RETRACT + "#tombstone", ModerationRequests.NS));
        this.features = List.copyOf(all);
    }

    @Override public Set<String> namespaces() { return Set.of(MucXml.DISCO_INFO, MucXml.DISCO_ITEMS); }

    @Override public void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        if (!(request instanceof Iq.Get) || !request.element().name().equals("query"))
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        String node = request.element().attribute("node").orElse("");
        out.send(request.result(request.element().namespace().equals(MucXml.DISCO_INFO) ? info(live, request, node)
                : items(live, request, node)), transaction);
    }

    private Element info(LiveRoom live, Iq.Request request, String node) {
        return switch (node) {
            case "" -> RoomInfo.of(live.room(), features, cards.pictures(live),
                    live.history().perHour(System.currentTimeMillis()));
            case OWN_NICK -> {
                var nick = live.room().affiliate(request.from().bare()).nick();
                var answer = Element.of(MucXml.DISCO_INFO, "query").with("node", node);
                yield nick.isEmpty() ? answer : answer.with(RoomInfo.identity(nick));
            }
            case MucXml.TRAFFIC ->
                    throw new StanzaException(Condition.SERVICE_UNAVAILABLE.because("everything may pass")); // §18.1.1
            default -> command(live, request, node);
        };
    }

    /** XEP-0050 §2.2. */
    private static Element command(LiveRoom live, Iq.Request request, String node) {
        var title = Optional.ofNullable(HatCommands.commands(live.room(), request.from()).get(node))
                .orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND.plain()));
        return Element.of(MucXml.DISCO_INFO, "query").with("node", node)
                .with(Element.of(MucXml.DISCO_INFO, "identity").with("category", "automation")
                        .with("type", "command-node").with("name", title),
                        Element.of(MucXml.DISCO_INFO, "feature").with("var", HatCommands.COMMAND),
                        Element.of(MucXml.DISCO_INFO, "feature").with("var", Namespaces.DATA_FORM));
    }

    /** §6.5: who is in a room, one learns in it. */
    private static Element items(LiveRoom live, Iq.Request request, String node) {
        return switch (node) {
            case "" -> Element.of(MucXml.DISCO_ITEMS, "query");
            case HatCommands.COMMAND -> Element.of(MucXml.DISCO_ITEMS, "query").with("node", node)
                    .with(HatCommands.commands(live.room(), request.from()).entrySet().stream()
                            .map(c -> Element.of(MucXml.DISCO_ITEMS, "item").with("jid", live.address())
                                    .with("node", c.getKey()).with("name", c.getValue()))
                            .toList());
            default -> throw new StanzaException(Condition.ITEM_NOT_FOUND.plain());
        };
    }
}
