package im.martlet.extensions.displayed;

import im.martlet.address.Jid;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Verdict;
import im.martlet.extensions.pubsub.NodeDefaults;
import im.martlet.extensions.pubsub.Pep;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.session.Account;
import im.martlet.spec.Xep;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StanzaIds;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * XEP-0490: stores for each chat the last message that the user read, on a node that the user's clients follow. A
 * client publishes it itself, or asks the server to do so with a message that it sends anyway (§4.5).
 */
@Xep(number = 490, title = "Message Displayed Synchronization", version = "1.0.1")
public final class DisplayedSync implements Extension, NodeDefaults {
    private static final Logger LOG = LoggerFactory.getLogger(DisplayedSync.class);
    private static final String NS = "urn:xmpp:mds:displayed:0";

    private final Provider<Pep> pep; // a provider, because PEP needs this extension for its node's defaults

    @Inject DisplayedSync(Provider<Pep> pep) { this.pep = pep; }

    @Override public List<Hook> hooks() {
        return List.of(Hook.accountFeature("urn:xmpp:mds:server-assist:0"),
                Hook.onSend(InterceptorStage.STAMP, this::assist));
    }

    @Override public boolean describes(String node) { return node.equals(NS); }

    /** Keeps the node private (§7). */
    @Override public NodeConfig configure(String node, NodeConfig standard) {
        return standard.with(NodeConfigField.ACCESS_MODEL, "whitelist").with(NodeConfigField.MAX_ITEMS, "max")
                .with(NodeConfigField.SEND_LAST_PUBLISHED_ITEM, "never");
    }

    /**
     * Returns the archive id of the last message that the user read in a chat; empty if no client told it. On the
     * account's mailbox.
     */
    public Optional<String> lastRead(Account account, Jid contact) {
        return pep.get().item(account, NS, contact.toString()).flatMap(e -> e.child(StanzaIds.NS, "stanza-id"))
                .flatMap(e -> e.attribute("id"));
    }

    /** Publishes the marker in a sent message and removes it before the message is archived or delivered (§5.2). */
    private Verdict assist(InterceptedStanza intercepted) {
        if (!(intercepted.stanza() instanceof Message m) || m.isError()) return Verdict.pass();
        var displayed = m.child(NS, "displayed");
        if (displayed.isEmpty()) return Verdict.pass();
        try {
            pep.get().publish(intercepted.account(), NS, m.to().toString(), displayed.get());
        } catch (StanzaException e) { // the quota is used up, for example: "continue to process it normally"
            LOG.debug("the last message that {} read is not stored: {}", intercepted.account().jid(), e.getMessage());
        }
        return Verdict.change(m.with(m.payload().without(e -> e.is(NS, "displayed"))));
    }
}
