package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.rules.AccessModel;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeRelation;
import im.martlet.session.Account;
import im.martlet.stanza.Message;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import im.martlet.storage.pubsub.Nodes.Owner;
import im.martlet.storage.pubsub.Nodes.Usage;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The nodes of an account (XEP-0163). */
record AccountHost(Account account, Pep pep, PepRecipients audience) implements PubSubHost {
    @Override public Owner owner() { return Owner.of(account.existingKey()); }

    @Override public Jid jid() { return account.jid(); }

    @Override public NodeConfig defaults(String node) { return pep.defaults(node); }

    @Override public boolean offers(AccessModel model) { return true; }

    @Override public NodeRelation standing(Jid who) { return audience.standing(account, who); }

    @Override public boolean mayCreate(Jid who) { return who.bare().equals(account.jid()); }

    @Override public Usage most() {
        return new Usage(pep.settings().accountNodes(), pep.settings().accountBytes().bytes());
    }

    @Override public Optional<Usage> mostOfOne() { return Optional.empty(); }

    @Override public void tellInterested(String node, Message notification, Predicate<NodeRelation> may,
            Map<Jid, Affiliation> affiliations, Set<Jid> subscribed) {
        audience.tell(account, node, notification, may, affiliations, subscribed);
    }

    @Override public void send(Message notification) { audience.send(account, notification); }

    @Override public void changed(String node) { pep.changed(account, node); }
}
