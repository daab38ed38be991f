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

/** Compares the acknowledged stanzas with the server's data, and reports differences to the scenario. */
public final class LedgerAudit {
    private static final int PAGE = 100;

    private final KillScenario scenario;

    public LedgerAudit(KillScenario scenario) { this.scenario = scenario; }

    /** Checks the archives of senders and recipients, rosters, and offline messages. */
    public void check() throws Exception {
        for (var offlineAccount : scenario.sleepers()) checkWaiting(offlineAccount);
        for (var account : Stream.concat(scenario.accounts().stream(), scenario.sleepers().stream()).toList())
            try (var client = scenario.server().login(account, "audit")) {
                checkArchive(account, archive(client));
            }
        for (var device : scenario.devices()) checkRoster(device);
    }

    /** Returns the ids of all messages in an archive, page by page (XEP-0313 §4, XEP-0059 §2.2). */
    public static List<String> archive(Client client) throws Exception {
        var ids = new ArrayList<String>();
        for (String after = "";;) {
            client.send("<iq type='set' id='page'><query xmlns='urn:xmpp:mam:2'>"
                    + "<set xmlns='http://jabber.org/protocol/rsm'><max>" + PAGE + "</max>"
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
        if (!twice.isEmpty()) scenario.complain("twice in the archive of " + account + ": " + twice);
        var expected =
                Stream.concat(scenario.acknowledgedFrom(account).stream(), scenario.acknowledgedTo(account).stream())
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> lost = new LinkedHashSet<>(expected);
        lost.removeAll(unique);
        if (!lost.isEmpty()) scenario.complain("lost from the archive of " + account + ": " + lost);
        unique.removeAll(expected);
        if (!unique.isEmpty())
            scenario.complain("never acknowledged, but in the archive of " + account + ": " + unique);
        checkOrder(account, archived);
    }

    private void checkOrder(Jid account, List<String> archived) {
        Map<String, Integer> last = new HashMap<>(); // by "device_recipient"
        for (String id : archived) {
            int end = id.lastIndexOf('_');
            int number = Integer.parseInt(id.substring(end + 1));
            var before = last.put(id.substring(0, end), number);
            if (before != null && before >= number)
                scenario.complain("in the archive of " + account + " " + id + " comes after " + before);
        }
    }

    /** Checks that a client without archive support receives all offline messages (RFC 6121 §8.5.2.2). */
    private void checkWaiting(Jid offlineAccount) throws Exception {
        var missing = new LinkedHashSet<>(scenario.acknowledgedTo(offlineAccount));
        try (var client = scenario.server().login(offlineAccount, "old")) {
            client.send("<presence/>");
            while (!missing.isEmpty()) missing.remove(client.receive().attribute("id"));
        } catch (AssertionError e) {
            scenario.complain(offlineAccount + " was not delivered " + missing);
        }
    }

    /** Checks that the roster has each acknowledged edit, or a later edit of the same contact. */
    private void checkRoster(KillTestDevice device) throws Exception {
        try (var client = scenario.server().login(device.account(), "audit")) {
            client.send("<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>");
            var names = client.receive().child("query").orElseThrow().children().stream()
                    .collect(Collectors.toMap(i -> i.attribute("jid"), i -> i.attribute("name")));
            device.edits().forEach((contact, number) -> {
                var name = names.getOrDefault(device.contact(contact), "0");
                if (Integer.parseInt(name) < number) scenario.complain(
                        device.account() + " has " + device.contact(contact) + " as " + name + ", not " + number);
            });
        }
    }
}
