package im.martlet.extensions.muc;

import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.extensions.muc.wire.RoomInfo;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Stream;

/** Answers service discovery of a room (XEP-0045 §6.4, §6.5, §7.12). */
final class RoomDisco implements RoomFeature {
    private static final String OWN_NICK = "x-roomuser-item";

    private final RoomBroadcast broadcast;
    private final RoomHooks roomHooks;

    @Inject RoomDisco(RoomBroadcast broadcast, RoomHooks roomHooks) {
        this.broadcast = broadcast;
        this.roomHooks = roomHooks;
    }

    @Override public List<RoomHook> hooks() {
        var features = Stream.of(MucXml.NS, MucXml.STABLE_ID, MucXml.SELF_PING, MucXml.OCCUPANT_ID, MucXml.DISCO_INFO,
                MucXml.DISCO_ITEMS).<RoomHook>map(RoomHook.DiscoFeature::new);
        return Stream.concat(features, Stream.of(new RoomHook.RequestHandler(MucXml.DISCO_INFO, this::answer),
                new RoomHook.RequestHandler(MucXml.DISCO_ITEMS, this::answer))).toList();
    }

    private void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        if (!(request instanceof Iq.Get) || !request.element().name().equals("query"))
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        String node = request.element().attribute("node").orElse("");
        broadcast.send(request.result(request.element().namespace().equals(MucXml.DISCO_INFO)
                ? info(live, request, node) : items(live, request, node)), transaction);
    }

    private Element info(LiveRoom live, Iq.Request request, String node) {
        return switch (node) {
            case "" -> RoomInfo.of(live.room(), roomHooks.discoFeatures(), roomHooks.infoFields(live));
            case OWN_NICK -> {
                var nick = live.room().affiliate(request.from().bare()).nick();
                var info = Element.of(MucXml.DISCO_INFO, "query").with("node", node);
                yield nick.isEmpty() ? info : info.with(RoomInfo.identity(nick));
            }
            case MucXml.TRAFFIC -> throw new StanzaException(
                    Condition.SERVICE_UNAVAILABLE.because("this room does not filter traffic")); // §18.1.1
            default -> command(live, request, node);
        };
    }

    /** Describes an ad-hoc command (XEP-0050 §2.2). */
    private Element command(LiveRoom live, Iq.Request request, String node) {
        var command = roomHooks.command(node).filter(c -> c.allowed().test(live.room(), request.from()))
                .orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND.plain()));
        return Element.of(MucXml.DISCO_INFO, "query").with("node", node)
                .with(Element.of(MucXml.DISCO_INFO, "identity").with("category", "automation")
                        .with("type", "command-node").with("name", command.title()),
                        Element.of(MucXml.DISCO_INFO, "feature").with("var", Namespaces.COMMANDS),
                        Element.of(MucXml.DISCO_INFO, "feature").with("var", Namespaces.DATA_FORM));
    }

    /** Lists no items of a room: only occupants may learn which occupants it has (§6.5). */
    private Element items(LiveRoom live, Iq.Request request, String node) {
        return switch (node) {
            case "" -> Element.of(MucXml.DISCO_ITEMS, "query");
            case Namespaces.COMMANDS -> Element.of(MucXml.DISCO_ITEMS, "query").with("node", node)
                    .with(roomHooks.commands(live.room(), request.from()).stream()
                            .map(c -> Element.of(MucXml.DISCO_ITEMS, "item").with("jid", live.address())
                                    .with("node", c.node()).with("name", c.title()))
                            .toList());
            default -> throw new StanzaException(Condition.ITEM_NOT_FOUND.plain());
        };
    }
}
