package im.martlet.conformance.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.archive.Retention;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LedgerAudit;
import im.martlet.conformance.harness.LocalServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests that archives delete their oldest entries by age or number, and no others (XEP-0313 §3.2). */
class RetentionTest {
    private LocalServer server;

    @AfterEach void stop() { server.close(); }

    private void start(String archive) {
        server = LocalServer.start(LocalServer.SETTINGS + "[archive]\n" + archive + "\n");
    }

    private long forget(Instant now) { return server.server().injector().getInstance(Retention.class).forget(now); }

    private static List<String> ids(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(n -> "m" + n).toList();
    }

    private void write(Client client, Jid to, List<String> ids) throws Exception {
        for (String id : ids)
            client.send("<message type='chat' to='" + to + "' id='" + id + "'><body>" + id + "</body></message>");
        client.fence();
    }

    private List<String> archive(Jid account) throws Exception {
        try (var client = server.login(account, "archive")) {
            return LedgerAudit.archive(client);
        }
    }

    @Test void numberLimitDeletesTheOldestAlsoForPagesAndMetadata() throws Exception {
        start("messages = 3");
        var romeo = server.account("romeo");
        var juliet = server.account("juliet");
        try (var client = server.login(romeo, "r")) {
            write(client, juliet, ids(1, 5));
            assertThat(archive(juliet)).isEqualTo(ids(1, 5));
            client.send("<iq type='get' id='before'><metadata xmlns='urn:xmpp:mam:2'/></iq>");
            var first = client.receive().child("metadata").flatMap(m -> m.child("start")).orElseThrow().attribute("id");

            assertThat(forget(Instant.now())).isEqualTo(4); // two entries in each of two archives
            assertThat(archive(juliet)).isEqualTo(ids(3, 5));
            assertThat(archive(romeo)).isEqualTo(ids(3, 5));
            client.send("<iq type='set' id='gone'><query xmlns='urn:xmpp:mam:2'>"
                    + "<set xmlns='http://jabber.org/protocol/rsm'><after>" + first + "</after></set></query></iq>");
            assertThat(client.receive().child("error").orElseThrow().child("item-not-found")).isPresent(); // §4.3.2
            client.send("<iq type='get' id='after'><metadata xmlns='urn:xmpp:mam:2'/></iq>");
            assertThat(client.receive().child("metadata").flatMap(m -> m.child("start")).orElseThrow().attribute("id"))
                    .isNotEqualTo(first);
            write(client, juliet, ids(6, 7));
            assertThat(archive(juliet)).isEqualTo(ids(3, 7));
        }
    }

    @Test void ageLimitDeletesEntriesInTime() throws Exception {
        start("keep = '30d'\nmessages = 0");
        var romeo = server.account("romeo");
        var juliet = server.account("juliet");
        var before = Instant.now();
        try (var client = server.login(romeo, "r")) {
            write(client, juliet, ids(1, 3));
            assertThat(archive(juliet)).isEqualTo(ids(1, 3));
            assertThat(forget(before.plus(Duration.ofDays(30)).minusSeconds(1))).isZero();
            assertThat(archive(juliet)).isEqualTo(ids(1, 3));
            assertThat(forget(Instant.now().plus(Duration.ofDays(30)).plusSeconds(1))).isEqualTo(6);
            assertThat(archive(juliet)).isEmpty();
            assertThat(archive(romeo)).isEmpty();
            write(client, juliet, ids(4, 4)); // gets a new archive id
            assertThat(archive(juliet)).isEqualTo(ids(4, 4));
        }
    }
}
