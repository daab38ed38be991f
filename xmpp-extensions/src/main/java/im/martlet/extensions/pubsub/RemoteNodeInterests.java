package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.stanza.Presence;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that clients of remote servers are interested in (XEP-0060 §9.2). An entry lasts as long as the client
 * shows its presence to a local account, even if that account is offline. The number of entries is bounded, in all and
 * for each contact. Beyond the bound, the entries of the accounts that were used least recently are forgotten. The next
 * presence from those clients restores them. Any thread.
 */
@Singleton
final class RemoteNodeInterests {
    private static final int MOST = 400_000; // clients and node names
    private static final int MOST_OF_CONTACT = 50; // clients

    /**
     * @param pending the presence that led to a query for capabilities; null after the reply
     * @param nodes the nodes that the client is known to be interested in
     */
    private record Client(@Nullable Presence pending, Set<String> nodes) {
        int weight() { return 1 + nodes.size(); }
    }

    /** Clients by account, contact and address. The oldest client of a contact is first. */
    private final LinkedHashMap<Jid, Map<Jid, LinkedHashMap<Jid, Client>>> byAccount =
            new LinkedHashMap<>(16, 0.75f, true);
    private int size;

    /** Notes a client's presence. {@link #put} adds its interests when they are known. */
    synchronized void seen(Jid account, Presence presence) {
        var clients = byAccount.computeIfAbsent(account, _ -> new HashMap<>()).computeIfAbsent(presence.from().bare(),
                _ -> new LinkedHashMap<>());
        var before = clients.get(presence.from());
        clients.put(presence.from(), new Client(presence, before == null ? Set.of() : before.nodes));
        if (before != null) return;
        size++;
        if (clients.size() > MOST_OF_CONTACT) size -= clients.pollFirstEntry().getValue().weight();
        evict();
    }

    /**
     * Stores the interests of a client, if this presence is still its latest.
     *
     * @return the nodes that the client was not interested in before
     */
    synchronized Set<String> put(Jid account, Presence presence, Set<String> nodes) {
        var clients = clients(account, presence.from());
        var before = clients.get(presence.from());
        if (before == null || before.pending != presence) return Set.of();
        clients.put(presence.from(), new Client(null, nodes));
        size += nodes.size() - before.nodes.size();
        evict();
        return added(before.nodes, nodes);
    }

    /** Returns the nodes that are in the second set only. */
    static Set<String> added(Set<String> before, Set<String> now) {
        var added = new HashSet<>(now);
        added.removeAll(before);
        return added;
    }

    private Map<Jid, Client> clients(Jid account, Jid client) {
        var contacts = byAccount.get(account);
        var clients = contacts == null ? null : contacts.get(client.bare());
        return clients == null ? Map.of() : clients;
    }

    /** Never evicts the account that was used just now. Its entries are bounded by the number of its contacts. */
    private void evict() {
        while (size > MOST && byAccount.size() > 1)
            size -= byAccount.pollFirstEntry().getValue().values().stream()
                    .flatMap(clients -> clients.values().stream()).mapToInt(Client::weight).sum();
    }

    /** Removes a client that went offline. */
    synchronized void remove(Jid account, Jid client) {
        var clients = clients(account, client);
        var removed = clients.isEmpty() ? null : clients.remove(client);
        if (removed != null) size -= removed.weight();
        if (!clients.isEmpty() || removed == null) return;
        var contacts = byAccount.get(account);
        contacts.remove(client.bare());
        if (contacts.isEmpty()) byAccount.remove(account);
    }

    /** Returns the clients of a contact that are interested in a node. */
    synchronized List<Jid> of(Jid account, Jid contact, String node) {
        return clients(account, contact).entrySet().stream().filter(e -> e.getValue().nodes.contains(node))
                .map(Map.Entry::getKey).toList();
    }
}
