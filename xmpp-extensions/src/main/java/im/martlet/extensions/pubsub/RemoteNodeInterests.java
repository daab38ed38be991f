package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.stanza.Presence;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes clients on other servers want to hear of (XEP-0060 §9.2), as long as they show their presence to an
 * account here, whether or not that is online. So many are remembered, and of one contact so many; of accounts that
 * nobody asked about for longest, they are forgotten, and found out anew from their next presence. Any thread.
 */
@Singleton
final class RemoteNodeInterests {
    private static final int MOST = 400_000; // names, and clients
    private static final int MOST_OF_CONTACT = 50; // clients

    /**
     * @param asking the presence whose capabilities are being found out; null when that is done
     * @param nodes that it is known to want
     */
    private record Client(@Nullable Presence asking, Set<String> nodes) {
        int weight() { return 1 + nodes.size(); }
    }

    /** By contact, and then by client, the one that came first in front. */
    private final LinkedHashMap<Jid, Map<Jid, LinkedHashMap<Jid, Client>>> byAccount =
            new LinkedHashMap<>(16, 0.75f, true);
    private int size;

    /** A client shows its presence; what it wants will be {@link #put} when that is known. */
    synchronized void seen(Jid account, Presence presence) {
        var clients = byAccount.computeIfAbsent(account, _ -> new HashMap<>()).computeIfAbsent(presence.from().bare(),
                _ -> new LinkedHashMap<>());
        var before = clients.get(presence.from());
        clients.put(presence.from(), new Client(presence, before == null ? Set.of() : before.nodes));
        if (before != null) return;
        size++;
        if (clients.size() > MOST_OF_CONTACT) size -= clients.pollFirstEntry().getValue().weight();
        forget();
    }

    /** Remembers what a client wants that is still there, with this presence; answers what of that is news. */
    synchronized Set<String> put(Jid account, Presence presence, Set<String> nodes) {
        var clients = clients(account, presence.from());
        var before = clients.get(presence.from());
        if (before == null || before.asking != presence) return Set.of();
        clients.put(presence.from(), new Client(null, nodes));
        size += nodes.size() - before.nodes.size();
        forget();
        return Pep.news(before.nodes, nodes);
    }

    private Map<Jid, Client> clients(Jid account, Jid of) {
        var contacts = byAccount.get(account);
        var clients = contacts == null ? null : contacts.get(of.bare());
        return clients == null ? Map.of() : clients;
    }

    /** The account that is asked about just now stays: it has as many as its contacts have. */
    private void forget() {
        while (size > MOST && byAccount.size() > 1)
            size -= byAccount.pollFirstEntry().getValue().values().stream()
                    .flatMap(clients -> clients.values().stream()).mapToInt(Client::weight).sum();
    }

    /** A client is gone. */
    synchronized void remove(Jid account, Jid client) {
        var clients = clients(account, client);
        var gone = clients.isEmpty() ? null : clients.remove(client);
        if (gone != null) size -= gone.weight();
        if (!clients.isEmpty() || gone == null) return;
        var contacts = byAccount.get(account);
        contacts.remove(client.bare());
        if (contacts.isEmpty()) byAccount.remove(account);
    }

    /** The clients of a contact that want to hear of a node. */
    synchronized List<Jid> of(Jid account, Jid contact, String node) {
        return clients(account, contact).entrySet().stream().filter(e -> e.getValue().nodes.contains(node))
                .map(Map.Entry::getKey).toList();
    }
}
