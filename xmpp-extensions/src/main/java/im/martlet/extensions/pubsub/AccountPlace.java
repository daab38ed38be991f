package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.rules.AccessModel;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.Standing;
import im.martlet.session.Account;
import im.martlet.stanza.Message;
import im.martlet.storage.Affiliations.Affiliation;
import im.martlet.storage.Nodes.Owner;
import im.martlet.storage.Nodes.Usage;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The nodes of an account (XEP-0163). */
record AccountPlace(Account account, Pep pep, Audience audience) implements Place {
    @Override public Owner owner() { return Owner.of(account.existingKey()); }

    @Override public Jid jid() { return account.jid(); }

    @Override public NodeConfig defaults(String node) { return pep.defaults(node); }

    @Override public boolean offers(AccessModel model) { return true; }

    @Override public Standing standing(Jid who) { return audience.standing(account, who); }

    @Override public boolean mayCreate(Jid who) { return who.bare().equals(account.jid()); }

    @Override public Usage most() { return new Usage(pep.settings().accountNodes(), pep.settings().accountBytes().bytes()); }

    @Override public Optional<Usage> mostOfOne() { return Optional.empty(); }

    @Override public void tellInterested(String node, Message notification, Predicate<Standing> may, Map<Jid, Affiliation> affiliations, Set<Jid> subscribed) {
        audience.tell(account, node, notification, may, affiliations, subscribed);
    }

    @Override public void send(Message notification) { audience.send(account, notification); }

    @Override public void changed(String node) { pep.changed(account, node); }
}
