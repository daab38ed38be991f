package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.rules.AccessModel;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.extensions.pubsub.rules.NodeRelation;
import im.martlet.session.Account;
import im.martlet.stanza.Message;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import im.martlet.storage.pubsub.Nodes.Owner;
import im.martlet.storage.pubsub.Nodes.Usage;
import jakarta.inject.Provider;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The nodes of an account (XEP-0163).
 *
 * @param profiles the configurations that extensions define for some nodes
 * @param mirrors the views that follow each change of a node
 */
record AccountHost(Account account, PubSubSettings settings, Set<NodeDefaults> profiles,
        Provider<Set<NodeMirror>> mirrors, PepRecipients recipients) implements PubSubHost {
    /** The default configuration of nodes of accounts (XEP-0163 §5). */
    private static final NodeConfig STANDARD =
            NodeConfig.STANDARD.with(NodeConfigField.ACCESS_MODEL, "presence").with(NodeConfigField.MAX_ITEMS, "1");

    @Override public Owner owner() { return Owner.of(account.existingKey()); }

    @Override public Jid jid() { return account.jid(); }

    @Override public NodeConfig defaults(String node) {
        return profiles.stream().filter(profile -> profile.describes(node)).findFirst()
                .map(profile -> profile.configure(node, STANDARD)).orElse(STANDARD);
    }

    @Override public boolean supports(AccessModel model) { return true; }

    @Override public NodeRelation relationOf(Jid entity) { return recipients.relationOf(account, entity); }

    @Override public boolean mayCreate(Jid entity) { return entity.bare().equals(account.jid()); }

    @Override public Usage limit() { return new Usage(settings.accountNodes(), settings.accountBytes().bytes()); }

    @Override public Optional<Usage> creatorLimit() { return Optional.empty(); }

    @Override public void notifyInterested(String node, Message notification, Predicate<NodeRelation> mayReceive,
            Map<Jid, Affiliation> affiliations, Set<Jid> subscribed) {
        recipients.notifyInterested(account, node, notification, mayReceive, affiliations, subscribed);
    }

    @Override public void send(Message notification) { recipients.send(account, notification); }

    @Override public void changed(String node) {
        for (NodeMirror mirror : mirrors.get()) if (mirror.reflects(node)) mirror.changed(account, node);
    }
}
