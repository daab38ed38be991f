package im.martlet.conformance.harness;

import im.martlet.address.Jid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares what was acknowledged with what the server still knows, and complains to the crowd. */
public final class LedgerAudit {
    private static final int PAGE = 100;

    private final KillScenario crowd;

    public LedgerAudit(KillScenario crowd) { this.crowd = crowd; }

    /** Everything: archives of both sides, rosters, and what waits for those who were never there. */
    public void check() throws Exception {
        for (var sleeper : crowd.sleepers()) checkWaiting(sleeper);
        for (var account : Stream.concat(crowd.accounts().stream(), crowd.sleepers().stream()).toList())
            try (var client = crowd.server().login(account, "audit")) {
                checkArchive(account, archive(client));
            }
        for (var device : crowd.devices()) checkRoster(device);
    }

    /** The ids of all messages in an archive, page by page (XEP-0313 §4, XEP-0059 §2.2). */
    public static List<String> archive(Client client) throws Exception {
        var ids = new ArrayList<String>();
        for (String after = "";;) {
            client.send(
                    "<iq type='set' id='page'><query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>"
                            + PAGE + "</max>"
                            + (after.isEmpty() ? "" : "<after>" + after + "</after>") + "</set></query></iq>");
            var next = client.receive();
            for (; !next.attribute("id").equals("page"); next = client.receive())
                next.child("result").flatMap(r -> r.child("forwarded")).flatMap(f -> f.child("message"))
                        .ifPresent(m -> ids.add(m.attribute("id")));
            var fin = next.child("fin").orElseThrow();
            if (fin.attribute("complete").equals("true")) return ids;
            after = fin.child("set").flatMap(s -> s.child("last")).orElseThrow().text();
        }
    }

    private void checkArchive(Jid account, List<String> archived) {
        var unique = new HashSet<String>();
        var twice = archived.stream().filter(id -> !unique.add(id)).toList();
        if (!twice.isEmpty()) crowd.complain("twice in the archive of " + account + ": " + twice);
        var expected = Stream.concat(crowd.acknowledgedFrom(account).stream(), crowd.acknowledgedTo(account).stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> lost = new LinkedHashSet<>(expected);
        lost.removeAll(unique);
        if (!lost.isEmpty()) crowd.complain("lost from the archive of " + account + ": " + lost);
        unique.removeAll(expected);
        if (!unique.isEmpty()) crowd.complain("never acknowledged, but in the archive of " + account + ": " + unique);
        checkOrder(account, archived);
    }

    private void checkOrder(Jid account, List<String> archived) {
        Map<String, Integer> last = new HashMap<>(); // by who to whom
        for (String id : archived) {
            int end = id.lastIndexOf('_');
            int number = Integer.parseInt(id.substring(end + 1));
            var before = last.put(id.substring(0, end), number);
            if (before != null && before >= number)
                crowd.complain("in the archive of " + account + " " + id + " is behind " + before);
        }
    }

    /** RFC 6121 §8.5.2.2: a client that knows nothing of archives is delivered what waits. */
    private void checkWaiting(Jid sleeper) throws Exception {
        var missing = new LinkedHashSet<>(crowd.acknowledgedTo(sleeper));
        try (var client = crowd.server().login(sleeper, "old")) {
            client.send("<presence/>");
            while (!missing.isEmpty()) missing.remove(client.receive().attribute("id"));
        } catch (AssertionError e) {
            crowd.complain(sleeper + " was not delivered " + missing);
        }
    }

    /** An edit that was acknowledged is there, or a later one of the same contact. */
    private void checkRoster(KillTestDevice device) throws Exception {
        try (var client = crowd.server().login(device.account(), "audit")) {
            client.send("<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>");
            var names = client.receive().child("query").orElseThrow().children().stream()
                    .collect(Collectors.toMap(i -> i.attribute("jid"), i -> i.attribute("name")));
            device.edits().forEach((contact, number) -> {
                var name = names.getOrDefault(device.contact(contact), "0");
                if (Integer.parseInt(name) < number) crowd.complain(
                        device.account() + " has " + device.contact(contact) + " as " + name + ", not " + number);
            });
        }
    }
}
