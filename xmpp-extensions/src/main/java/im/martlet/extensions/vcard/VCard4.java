package im.martlet.extensions.vcard;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extensions.pubsub.NodeDefaults;
import im.martlet.extensions.pubsub.NodeMirror;
import im.martlet.extensions.pubsub.Pep;
import im.martlet.extensions.pubsub.rules.AccessModel;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.session.Account;
import im.martlet.spec.Xep;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.List;
import java.util.Optional;

/**
 * XEP-0292: a user's vCard as a node. It agrees with the vCard of XEP-0054: when a client writes one, the other
 * follows. Everybody may read a vCard of XEP-0054, so a node that is not open is not copied there.
 */
@Xep(number = 292, title = "vCard4 Over XMPP", version = "0.12.0",
        note = "converted from and to vcard-temp; avatars are not converted, because they have the nodes of XEP-0084")
public final class VCard4 implements Extension, NodeDefaults, NodeMirror {
    private static final String NODE = "urn:xmpp:vcard4";
    private static final String CONTACTS = "urn:xmpp:contacts";
    private static final String CURRENT = "current";

    private final Provider<Pep> pep; // it needs this class
    private final Provider<Avatars> avatars;

    @Inject VCard4(Provider<Pep> pep, Provider<Avatars> avatars) {
        this.pep = pep;
        this.avatars = avatars;
    }

    @Override public List<Hook> hooks() {
        return List.of(Hook.feature(VCardConversion.NS), Hook.accountFeature(VCardConversion.NS));
    }

    @Override public boolean describes(String node) { return node.equals(NODE) || node.equals(CONTACTS); }

    @Override public NodeConfig configure(String node, NodeConfig standard) {
        return node.equals(NODE) // §4.2.2 "a pure notification"
                ? standard.with(NodeConfigField.ACCESS_MODEL, "open").with(NodeConfigField.DELIVER_PAYLOADS, "false")
                : standard.with(NodeConfigField.ACCESS_MODEL, "whitelist").with(NodeConfigField.MAX_ITEMS, "max")
                        .with(NodeConfigField.SEND_LAST_PUBLISHED_ITEM, "never"); // §5.2
    }

    @Override public boolean reflects(String node) { return node.equals(NODE); }

    /** Copies the node to the vCard of XEP-0054. */
    @Override public void changed(Account account, String node) {
        if (pep.get().config(account, NODE).filter(config -> config.access() == AccessModel.OPEN).isEmpty()) return;
        current(account).ifPresent(vcard -> {
            var before = avatars.get().card(account);
            var after = VCardConversion.toTemp(vcard, before);
            if (before.filter(after::equals).isEmpty() && !after.children().isEmpty())
                avatars.get().store(account, after);
        });
    }

    private Optional<Element> current(Account account) {
        return pep.get().last(account, NODE).filter(e -> e.is(VCardConversion.NS, "vcard"));
    }

    /**
     * Copies a vCard of XEP-0054 to the node, before the vCard is stored.
     *
     * @throws im.martlet.stanza.StanzaException if the vCard exceeds a limit
     */
    void publishCard(Account account, Element card) {
        var before = current(account);
        var after = VCardConversion.toVCard4(card, before);
        if (before.filter(after::equals).isPresent() || before.isEmpty() && after.children().isEmpty()) return;
        pep.get().publish(account, NODE, CURRENT, after);
    }
}
