package im.martlet.conformance.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LedgerAudit;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.peers.PeerScenarios;
import im.martlet.conformance.harness.peers.PushAppServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * XEP-0357 with an app server that is a component: the devices that are notified, the messages, and the number of
 * notifications.
 */
class PushTest {
    private static final int MOST = 12; // app servers, one for each test
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String SM = "urn:xmpp:sm:3";
    private static LocalServer server;

    @BeforeAll static void start() {
        var components = IntStream.range(0, MOST)
                .mapToObj(i -> "[components.\"app%d.localhost\"]\nsecret = \"hush\"\n".formatted(i))
                .collect(Collectors.joining());
        server = LocalServer
                .start(LocalServer.SETTINGS.replace("[listen]\n", "[listen]\ncomponent = [\"127.0.0.1:0\"]\n")
                        + components + "[push]\nretry = \"1s\"\ngrace = \"1s\"\n");
    }

    @AfterAll static void stop() { server.close(); }

    private final String domain = "app" + NUMBER.getAndIncrement() + ".localhost";

    private PushAppServer appServer() throws Exception { return new PushAppServer(server, domain, "hush"); }

    private static void send(Client client, Jid to, String id) throws Exception {
        client.send("<message type='chat' id='" + id + "' to='" + to + "'><body>" + id + "</body></message>");
    }

    private void enable(Client client, String node) throws Exception {
        client.send("<iq type='set' id='enable'><enable xmlns='urn:xmpp:push:0' jid='" + domain + "' node='" + node
                + "'/></iq>");
        PeerScenarios.until(client, "id='enable'", "type='result'");
    }

    /** Creates an account with a push device and no session. */
    private Jid away(String name) throws Exception {
        var account = server.account(name);
        try (var client = server.login(account, "phone")) {
            enable(client, "n");
        }
        server.awaitGone(account.withResource("phone"));
        return account;
    }

    private Client romeo() throws Exception { return server.login(server.account("romeo"), "r"); }

    private static String listed(Jid account) {
        return server.command("push list", Map.of("account", account.toString())).toString();
    }

    private static void awaitListed(Jid account, String text) {
        await().atMost(Duration.ofSeconds(60)).until(() -> listed(account).contains(text));
    }

    @Test void eachMessageIsNotifiedOnceAfterALongOutageOfTheService() throws Exception {
        var juliet = away("juliet");
        try (var romeo = romeo()) {
            for (int i = 0; i < 5; i++) send(romeo, juliet, "m" + i);
            awaitListed(juliet, "state=failing since");
            awaitListed(juliet, "waiting=5");
            var items = new ArrayList<String>();
            try (var app = appServer()) {
                for (int i = 0; i < 5; i++) items.add(app.accept().item());
                awaitListed(juliet, "state=good, problem=, waiting=0");
                app.assertNoNotification();
            }
            assertThat(items).doesNotHaveDuplicates().isSorted();
            var trace = server.command("push trace", Map.of("account", juliet.toString())).toString();
            assertThat(trace).contains("for " + domain, "service-unavailable", "Published");
        }
    }

    @Test void aServiceThatRefusesIsNotTriedUntilItIsEnabledAgain() throws Exception {
        var juliet = away("juliet");
        try (var romeo = romeo(); var app = appServer()) {
            send(romeo, juliet, "m1");
            for (int i = 0; i < 3; i++) app.refuse(app.next(), "auth", "forbidden");
            awaitListed(juliet, "state=disabled until");
            awaitListed(juliet, "problem=forbidden, waiting=0");
            send(romeo, juliet, "m2");
            romeo.fence();
            app.assertNoNotification();
            try (var client = server.login(juliet, "phone")) {
                enable(client, "n");
            }
            server.awaitGone(juliet.withResource("phone"));
            send(romeo, juliet, "m3");
            app.accept();
            awaitListed(juliet, "state=good, problem=, waiting=0");
            app.assertNoNotification(); // nor a notification of m2
        }
    }

    @Test void callsIgnoreTheGraceTimeAndTheAdminChoosesTheContents() throws Exception {
        try (var open = LocalServer.start(LocalServer.SETTINGS.replace("[listen]\n",
                "[listen]\ncomponent = [\"127.0.0.1:0\"]\n")
                + "[components.\"app.localhost\"]\nsecret = \"hush\"\n[push]\nsender = true\nbody = true\ngrace = \"1h\"\nper_account = 2\n");
                var app = new PushAppServer(open, "app.localhost", "hush");
                var romeo = open.login(open.account("romeo"), "r")) {
            var juliet = open.account("juliet");
            try (var phone = open.login(juliet, "phone")) {
                for (String node : List.of("old", "n1", "n2")) {
                    phone.send("<iq type='set' id='" + node
                            + "'><enable xmlns='urn:xmpp:push:0' jid='app.localhost' node='" + node + "'/></iq>");
                    PeerScenarios.until(phone, "id='" + node + "'", "type='result'");
                }
                phone.send(
                        "<iq type='set' id='d'><disable xmlns='urn:xmpp:push:0' jid='app.localhost' node='n2'/></iq>");
                PeerScenarios.until(phone, "id='d'");
                phone.send("<iq type='get' id='info' to='" + juliet
                        + "'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
                assertThat(PeerScenarios.until(phone, "id='info'")).contains("var='urn:xmpp:push:0'");
            }
            open.awaitGone(juliet.withResource("phone"));
            send(romeo, juliet, "Wherefore");
            var notification = app.accept();
            assertThat(notification.node()).as("the oldest registration is replaced").isEqualTo("n1");
            assertThat(notification.xml()).contains("var='last-message-sender'><value>" + romeo.jid() + "</value>",
                    "var='last-message-body'><value>Wherefore</value>");
            try (var desk = open.login(juliet, "desk").send("<presence/>")) {
                PeerScenarios.until(desk, "id='Wherefore'");
                send(romeo, juliet, "waits");
                PeerScenarios.until(desk, "id='waits'");
                romeo.send("<message type='chat' id='call' to='" + juliet
                        + "'><propose xmlns='urn:xmpp:jingle-message:0' id='c'/><store xmlns='urn:xmpp:hints'/></message>");
                PeerScenarios.until(desk, "id='call'");
                assertThat(app.accept().xml()).contains("<urgency xmlns='urn:martlet:push:0'>high</urgency>");
                app.assertNoNotification();
                assertThat(open.command("push list", Map.of("account", juliet.toString())).toString())
                        .contains("waiting=1");
            }
        }
    }

    @Test void aBusyServiceIsRetriedAndADeviceThatIsGoneIsRemoved() throws Exception {
        var juliet = away("juliet");
        try (var romeo = romeo(); var app = appServer()) {
            send(romeo, juliet, "m1");
            var first = app.next();
            app.refuse(first, "wait", "resource-constraint");
            var again = app.next();
            assertThat(again.item()).isEqualTo(first.item());
            app.refuse(again, "cancel", "item-not-found");
            await().atMost(Duration.ofSeconds(60)).until(() -> listed(juliet).equals("[]"));
        }
    }

    @Test void aLateRefusalDoesNotEndANewerRegistration() throws Exception {
        var juliet = away("juliet");
        try (var romeo = romeo(); var app = appServer()) {
            send(romeo, juliet, "m1");
            var first = app.next();
            try (var client = server.login(juliet, "phone")) {
                enable(client, "n");
            }
            server.awaitGone(juliet.withResource("phone"));
            app.refuse(first, "cancel", "item-not-found");
            assertThat(app.accept().item()).as("the new registration is notified").isEqualTo(first.item());
            awaitListed(juliet, "state=good, problem=, waiting=0");
        }
    }

    @Test void disablingPushOrDeletingTheAccountDropsQueuedNotifications() throws Exception {
        var juliet = away("juliet");
        var tybalt = away("tybalt");
        try (var romeo = romeo()) {
            for (int i = 0; i < 3; i++) for (var away : List.of(juliet, tybalt)) send(romeo, away, "m" + i);
            awaitListed(juliet, "waiting=3");
            awaitListed(tybalt, "waiting=3");
            try (var client = server.login(juliet, "phone")) {
                client.send("<iq type='set' id='d'><disable xmlns='urn:xmpp:push:0' jid='" + domain + "'/></iq>");
                PeerScenarios.until(client, "id='d'", "type='result'");
            }
            server.awaitGone(juliet.withResource("phone"));
            server.command("user del", Map.of("account", tybalt.toString()));
            server.command("user add", Map.of("account", tybalt.toString(), "password", LocalServer.PASSWORD));
            try (var app = appServer()) {
                try (var client = server.login(tybalt, "phone")) {
                    assertThat(LedgerAudit.archive(client)).isEmpty();
                    enable(client, "new");
                }
                server.awaitGone(tybalt.withResource("phone"));
                send(romeo, juliet, "m3");
                send(romeo, tybalt, "m3");
                assertThat(app.accept().node()).isEqualTo("new");
                awaitListed(tybalt, "state=good, problem=, waiting=0");
                app.assertNoNotification();
                assertThat(listed(juliet)).isEqualTo("[]");
            }
        }
    }

    @Test void unacknowledgedMessagesOfALostConnectionAreNotifiedOnce() throws Exception {
        var juliet = server.account("juliet");
        try (var romeo = romeo(); var app = appServer()) {
            var phone = server.login(juliet, "phone");
            enable(phone, "n");
            phone.send("<enable xmlns='" + SM + "' resume='true'/><presence/>");
            PeerScenarios.until(phone, "<presence");
            send(romeo, juliet, "seen");
            PeerScenarios.until(phone, "id='seen'");
            phone.send("<a xmlns='" + SM + "' h='2'/>").fence();
            send(romeo, juliet, "m1");
            PeerScenarios.until(phone, "id='m1'"); // but the client does not acknowledge it
            phone.close();
            var items = new HashSet<String>();
            items.add(app.accept().item());
            send(romeo, juliet, "m2");
            items.add(app.accept().item());
            server.login(juliet, "phone").close(); // replaces the session: its leftovers wait for the next one
            server.awaitGone(juliet.withResource("phone"));
            send(romeo, juliet, "m3");
            items.add(app.accept().item());
            awaitListed(juliet, "waiting=0");
            app.assertNoNotification();
            assertThat(items).hasSize(3);
        }
    }

    @Test void messagesDisplayedOrAnsweredOnAnotherDeviceAreNotNotified() throws Exception {
        var juliet = away("juliet");
        try (var romeo = romeo(); var paris = server.login(server.account("paris"), "p");
                var nurse = server.login(server.account("nurse"), "n");
                var desk = server.login(juliet, "desk").send("<enable xmlns='" + SM + "'/><presence/>")) {
            PeerScenarios.until(desk, "<presence");
            send(romeo, juliet, "displayed");
            send(paris, juliet, "answered");
            send(nurse, juliet, "synchronised");
            send(nurse, juliet, "unread");
            var unread = PeerScenarios.until(desk, "id='synchronised'");
            var archiveId = unread.replaceAll("(?s).*<stanza-id [^>]*\\bid='([^']+)'.*", "$1");
            PeerScenarios.until(desk, "id='unread'");
            awaitListed(juliet, "waiting=4"); // the service cannot be reached yet
            desk.send("<message type='chat' to='" + romeo.jid()
                    + "'><displayed xmlns='urn:xmpp:chat-markers:0' id='displayed'/></message>");
            send(desk, paris.jid(), "no");
            desk.send(
                    "<iq type='set' id='mds'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:mds:displayed:0'><item id='"
                            + nurse.jid().bare() + "'><displayed xmlns='urn:xmpp:mds:displayed:0'>"
                            + "<stanza-id xmlns='urn:xmpp:sid:0' by='" + juliet + "' id='" + archiveId
                            + "'/></displayed></item></publish></pubsub></iq>");
            PeerScenarios.until(desk, "id='mds'", "type='result'");
            desk.send("<r xmlns='" + SM + "'/>");
            PeerScenarios.until(desk, "<a ");
            try (var app = appServer()) {
                app.accept();
                awaitListed(juliet, "waiting=0");
                app.assertNoNotification();
            }
            var trace = server.command("push trace", Map.of("account", juliet.toString())).toString();
            assertThat(trace).contains("dropped: the user answered or displayed the message",
                    "dropped: the user displayed the message");
        }
    }

    @Test void anAwayDeviceIsNotifiedOfRoomMessagesOfOtherUsersOnly() throws Exception {
        var juliet = server.account("juliet");
        var room = "verona" + domain + "@conference.localhost";
        try (var romeo = romeo(); var app = appServer(); var desk = server.login(juliet, "desk")) {
            romeo.send("<presence to='" + room + "/romeo'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
            PeerScenarios.until(romeo, "code='110'");
            romeo.send("<iq type='set' id='c' to='" + room
                    + "'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query></iq>");
            PeerScenarios.until(romeo, "id='c'", "type='result'");
            var phone = server.login(juliet, "phone");
            enable(phone, "n");
            phone.send("<enable xmlns='" + SM + "' resume='true'/>");
            for (var device : List.of(phone, desk)) {
                device.send(
                        "<presence to='" + room + "/juliet'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
                PeerScenarios.until(device, "code='110'");
            }
            phone.send("<r xmlns='" + SM + "'/>").close();
            server.awaitDetached(phone.jid());
            desk.send("<message type='groupchat' id='own' to='" + room + "'><body>own</body></message>");
            PeerScenarios.until(desk, "id='own'");
            romeo.send("<message type='groupchat' id='g1' to='" + room + "'><body>O, she doth teach</body></message>");
            PeerScenarios.until(desk, "id='g1'");
            app.accept();
            awaitListed(juliet, "waiting=0");
            app.assertNoNotification();
        }
    }
}
