package im.martlet.extensions.muc.wire;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Role;
import im.martlet.xml.Element;
import java.util.Optional;

/** What is said of somebody: the {@code <item/>} of XEP-0045, from its parts. */
public final class Item {
    private final Element element;

    private Item(Element element) { this.element = element; }

    /** In presence and the like. */
    public static Item of(Affiliation affiliation, Role role) {
        return new Item(Element.of(Muc.USER, "item").with("affiliation", affiliation.wire()).with("role", role.wire()));
    }

    /** In a list of admins and the like, without a role. */
    public static Item listed(Affiliation affiliation, Jid address) {
        return new Item(Element.of(Muc.ADMIN, "item").with("affiliation", affiliation.wire()).with("jid", address));
    }

    /** In a list of occupants. */
    public static Item occupant(Affiliation affiliation, Role role, Jid device, String nick) {
        return new Item(Element.of(Muc.ADMIN, "item").with("affiliation", affiliation.wire()).with("jid", device).with("nick", nick).with("role", role.wire()));
    }

    public Item jid(Jid address) { return new Item(element.with("jid", address)); }

    public Item nick(String nick) { return nick.isEmpty() ? this : new Item(element.with("nick", nick)); }

    /** Who has done this, as the room knows them; and why they did. */
    public Item by(Optional<String> actor, String reason) {
        var with = element;
        if (actor.isPresent()) with = with.with(Element.of(element.namespace(), "actor").with("nick", actor.get()));
        return reason.isEmpty() ? new Item(with) : new Item(with.with(Element.of(element.namespace(), "reason").withText(reason)));
    }

    public Element element() { return element; }
}
