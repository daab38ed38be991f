package im.martlet.extensions.muc.wire;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Role;
import im.martlet.xml.Element;
import java.util.Optional;

/** Builds the {@code <item/>} of XEP-0045, which describes a user or an occupant. */
public final class MucItem {
    private final Element element;

    private MucItem(Element element) { this.element = element; }

    /** Returns an item for presence and messages. */
    public static MucItem of(Affiliation affiliation, Role role) {
        return new MucItem(
                Element.of(MucXml.USER, "item").with("affiliation", affiliation.wire()).with("role", role.wire()));
    }

    /** Returns an item for a list of affiliations, without a role. */
    public static MucItem listed(Affiliation affiliation, Jid address) {
        return new MucItem(
                Element.of(MucXml.ADMIN, "item").with("affiliation", affiliation.wire()).with("jid", address));
    }

    /** Returns an item for a list of roles. */
    public static MucItem occupant(Affiliation affiliation, Role role, Jid device, String nick) {
        return new MucItem(Element.of(MucXml.ADMIN, "item").with("affiliation", affiliation.wire()).with("jid", device)
                .with("nick", nick).with("role", role.wire()));
    }

    public MucItem jid(Jid address) { return new MucItem(element.with("jid", address)); }

    public MucItem nick(String nick) { return nick.isEmpty() ? this : new MucItem(element.with("nick", nick)); }

    /**
     * Adds the author of a change and the reason.
     *
     * @param actor the nickname of the author; empty when the author has none
     * @param reason the reason; may be empty
     */
    public MucItem by(Optional<String> actor, String reason) {
        var with = element;
        if (actor.isPresent()) with = with.with(Element.of(element.namespace(), "actor").with("nick", actor.get()));
        return reason.isEmpty() ? new MucItem(with)
                : new MucItem(with.with(Element.of(element.namespace(), "reason").withText(reason)));
    }

    public Element element() { return element; }
}
