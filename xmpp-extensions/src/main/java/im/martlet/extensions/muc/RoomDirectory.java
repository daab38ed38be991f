package im.martlet.extensions.muc;

import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.form.PageRequest;
import im.martlet.storage.rooms.Rooms;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;

/** Lists the public rooms of a domain, in pages (XEP-0045 §6.3). On the mailbox of the service's domain. */
final class RoomDirectory implements RoomFeature {
    private static final int MAX_ROOMS = 200; // on one page

    private final LiveRooms rooms;

    @Inject RoomDirectory(LiveRooms rooms) { this.rooms = rooms; }

    @Override public List<RoomHook> hooks() {
        return List.of(new RoomHook.ServiceDeclaration(Hook.items(Hook.To.SERVICE, this::items)));
    }

    private List<Element> items(Query query) {
        if (query.element().attribute("node").isPresent()) return List.of();
        var page = PageRequest.in(query.element());
        int most = Math.min(page.most().orElse(MAX_ROOMS), MAX_ROOMS);
        var found = rooms.list(query.iq().to().domain(), Rooms.Which.LISTED,
                page.after().map(text -> MucXml.address(text).local()).orElse(""), most + 1);
        var shown = found.subList(0, Math.min(most, found.size()));
        var items = new ArrayList<Element>(shown.stream().map(RoomDirectory::item).toList());
        if (found.size() > most || query.element().child(PageRequest.NS, "set").isPresent())
            items.add(PageRequest.result(shown.isEmpty() ? "" : shown.getFirst().address().toString(),
                    shown.isEmpty() ? "" : shown.getLast().address().toString()));
        return items;
    }

    private static Element item(Rooms.Room room) {
        var item = Element.of(MucXml.DISCO_ITEMS, "item").with("jid", room.address());
        return room.settings().name().isEmpty() ? item : item.with("name", room.settings().name());
    }
}
