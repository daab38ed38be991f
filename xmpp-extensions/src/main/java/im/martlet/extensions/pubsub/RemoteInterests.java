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
 * Which nodes clients on other servers want to hear of (XEP-0060 §9.2), as long as they show their presence to an account here,
 * whether or not that is online. So many are remembered; of accounts that nobody asked about for longest, they are
 * forgotten, and found out anew from their next presence. Any thread.
 */
@Singleton
final class RemoteInterests {
    private static final int MOST = 400_000; // names, and clients

    /**
     * @param asking the presence whose capabilities are being found out; null when that is done
     * @param nodes that it is known to want
     */
    private record Client(@Nullable Presence asking, Set<String> nodes) {
        int weight() { return 1 + nodes.size(); }
    }

    private final LinkedHashMap<Jid, Map<Jid, Client>> byAccount = new LinkedHashMap<>(16, 0.75f, true);
    private int size;

    /** A client shows its presence; what it wants will be {@link #put} when that is known. */
    synchronized void seen(Jid account, Presence presence) {
        var clients = byAccount.computeIfAbsent(account, _ -> new HashMap<>());
        var before = clients.get(presence.from());
        clients.put(presence.from(), new Client(presence, before == null ? Set.of() : before.nodes));
        if (before == null) size++;
        if (size > MOST) forgetEldest(account);
    }

    /** Remembers what a client wants that is still there, with this presence; answers what of that is news. */
    synchronized Set<String> put(Jid account, Presence presence, Set<String> nodes) {
        var clients = byAccount.get(account);
        var before = clients == null ? null : clients.get(presence.from());
        if (clients == null || before == null || before.asking != presence) return Set.of();
        clients.put(presence.from(), new Client(null, nodes));
        size += nodes.size() - before.nodes.size();
        return Pep.news(before.nodes, nodes);
    }

    private void forgetEldest(Jid butNot) {
        var eldest = byAccount.entrySet().iterator();
        var first = eldest.next();
        if (first.getKey().equals(butNot)) return; // alone: as many as one account has
        size -= first.getValue().values().stream().mapToInt(Client::weight).sum();
        eldest.remove();
    }

    /** A client is gone. */
    synchronized void remove(Jid account, Jid client) {
        var clients = byAccount.get(account);
        if (clients == null) return;
        var gone = clients.remove(client);
        if (gone != null) size -= gone.weight();
        if (clients.isEmpty()) byAccount.remove(account);
    }

    /** The clients of a contact that want to hear of a node. */
    synchronized List<Jid> of(Jid account, Jid contact, String node) {
        var clients = byAccount.get(account);
        if (clients == null) return List.of();
        return clients.entrySet().stream().filter(e -> e.getKey().bare().equals(contact) && e.getValue().nodes.contains(node)).map(Map.Entry::getKey).toList();
    }
}
