package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which nodes clients on other servers want to hear of (XEP-0060 §9.2), as long as they show their presence to an account here,
 * whether or not that is online. So many are remembered; of accounts that nobody asked about for longest, they are
 * forgotten, and found out anew from their next presence. Any thread.
 */
@Singleton
final class RemoteInterests {
    private static final int MOST = 100_000;

    /** What a client wants, as far as that is known, and by which of its presences it is here. */
    private record Interest(Object arrival, Set<String> nodes) {}

    private final LinkedHashMap<Jid, Map<Jid, Interest>> byAccount = new LinkedHashMap<>(16, 0.75f, true);
    private int size;

    /** A client has shown a presence. @return by what that is known to {@link #put} */
    synchronized Object arrived(Jid account, Jid client) {
        var arrival = new Object();
        var before = byAccount.computeIfAbsent(account, _ -> new HashMap<>()).get(client);
        byAccount.get(account).put(client, new Interest(arrival, before == null ? Set.of() : before.nodes));
        if (before == null && ++size > MOST) forgetEldest(account);
        return arrival;
    }

    /** Remembers what a client wants; answers what of that is news. Nothing is, when it has left since, or shown another presence. */
    synchronized Set<String> put(Jid account, Jid client, Object arrival, Set<String> nodes) {
        var clients = byAccount.getOrDefault(account, Map.of());
        var before = clients.get(client);
        if (before == null || before.arrival != arrival) return Set.of();
        clients.put(client, new Interest(arrival, nodes));
        return Pep.news(before.nodes, nodes);
    }

    private void forgetEldest(Jid butNot) {
        var eldest = byAccount.entrySet().iterator();
        var first = eldest.next();
        if (first.getKey().equals(butNot)) return; // alone: as many as one account has
        size -= first.getValue().size();
        eldest.remove();
    }

    /** A client is gone. */
    synchronized void remove(Jid account, Jid client) {
        var clients = byAccount.get(account);
        if (clients == null) return;
        if (clients.remove(client) != null) size--;
        if (clients.isEmpty()) byAccount.remove(account);
    }

    /** The clients of a contact that want to hear of a node. */
    synchronized List<Jid> of(Jid account, Jid contact, String node) {
        var clients = byAccount.get(account);
        if (clients == null) return List.of();
        return clients.entrySet().stream().filter(e -> e.getKey().bare().equals(contact) && e.getValue().nodes.contains(node)).map(Map.Entry::getKey).toList();
    }
}
