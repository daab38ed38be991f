package im.martlet.extensions.muc.wire;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Role;
import im.martlet.xml.Element;
import java.util.Optional;

/** What is said of somebody: the {@code <item/>} of XEP-0045, from its parts. */
public final class MucItem {
    private final Element element;

    private MucItem(Element element) { this.element = element; }

    /** In presence and the like. */
    public static MucItem of(Affiliation affiliation, Role role) {
        return new MucItem(
                Element.of(MucXml.USER, "item").with("affiliation", affiliation.wire()).with("role", role.wire()));
    }

    /** In a list of admins and the like, without a role. */
    public static MucItem listed(Affiliation affiliation, Jid address) {
        return new MucItem(
                Element.of(MucXml.ADMIN, "item").with("affiliation", affiliation.wire()).with("jid", address));
    }

    /** In a list of occupants. */
    public static MucItem occupant(Affiliation affiliation, Role role, Jid device, String nick) {
        return new MucItem(Element.of(MucXml.ADMIN, "item").with("affiliation", affiliation.wire()).with("jid", device)
                .with("nick", nick).with("role", role.wire()));
    }

    public MucItem jid(Jid address) { return new MucItem(element.with("jid", address)); }

    public MucItem nick(String nick) { return nick.isEmpty() ? this : new MucItem(element.with("nick", nick)); }

    /** Who has done this, as the room knows them; and why they did. */
    public MucItem by(Optional<String> actor, String reason) {
        var with = element;
        if (actor.isPresent()) with = with.with(Element.of(element.namespace(), "actor").with("nick", actor.get()));
        return reason.isEmpty() ? new MucItem(with)
                : new MucItem(with.with(Element.of(element.namespace(), "reason").withText(reason)));
    }

    public Element element() { return element; }
}
