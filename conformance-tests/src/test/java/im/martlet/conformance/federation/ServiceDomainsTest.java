package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.routing.Router;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An extension serves a domain of its own below each host. */
class ServiceDomainsTest {
    private static final String ITEMS = "http://jabber.org/protocol/disco#items";

    /** Returns every message to its sender, and lists the addresses that may be written to. */
    static final class Echo implements Extension {
        private final Router router;
        private final ConcurrentHashMap<Jid, Integer> counts = new ConcurrentHashMap<>();

        @Inject Echo(Router router) { this.router = router; }

        @Override public List<Hook> hooks() {
            return List.of(new Hook.Service("echo", Jid::bare, List.of(
                    Hook.identity(Hook.To.SERVICE, "automation", "echo", "Echoes"),
                    Hook.serviceFeature("urn:test:echo"),
                    Hook.items(Hook.To.SERVICE,
                            query -> List
                                    .of(Element.of(ITEMS, "item").with("jid", "wall@" + query.iq().to().domain()))),
                    Hook.nodeInfo(Hook.To.SERVICE,
                            query -> query.element().attribute("node").filter("wall"::equals).map(_ -> List.of())),
                    Hook.onGet(Hook.To.SERVICE, "urn:test:echo", "count",
                            query -> query.result(Element.of("urn:test:echo", "count").withText(counts.toString())))),
                    this::receive));
        }

        private void receive(Stanza stanza, StanzaTransaction transaction) {
            switch (stanza) {
                case Message m -> {
                    counts.merge(m.to(), 1, Integer::sum);
                    router.route(new Message(m.type(), m.to(), m.from(), m.id(), "", m.payload()), transaction);
                }
                case Iq.Request _ -> throw new StanzaException(Condition.NOT_ALLOWED.because("an echo"));
                default -> {}
            }
        }
    }

    public static final class EchoModule extends AbstractModule {
        @Override protected void configure() {
            Multibinder.newSetBinder(binder(), Extension.class).addBinding().to(Echo.class);
        }
    }

    private static LocalServer server;

    @BeforeAll static void start() { server = LocalServer.start(LocalServer.SETTINGS, EchoModule.class); }

    @AfterAll static void stop() { server.close(); }

    private static ReceivedXml ask(Client client, String to, String payload) throws Exception {
        return client.send("<iq type='get' id='1' to='" + to + "'>" + payload + "</iq>").receive();
    }

    @Test void theHostListsTheServiceAmongItsItems() throws Exception {
        try (var client = server.login(server.account("romeo"), "x")) {
            var items =
                    ask(client, "localhost", "<query xmlns='" + ITEMS + "'/>").child("query").orElseThrow().children();
            assertThat(items).anySatisfy(item -> {
                assertThat(item.attribute("jid")).isEqualTo("echo.localhost");
                assertThat(item.attribute("name")).isEqualTo("Echoes");
            });
        }
    }

    @Test void theServiceDescribesItselfAndItsItems() throws Exception {
        try (var client = server.login(server.account("romeo"), "x")) {
            var info = ask(client, "echo.localhost", "<query xmlns='http://jabber.org/protocol/disco#info'/>")
                    .child("query").orElseThrow();
            assertThat(info.children().getFirst().attribute("type")).isEqualTo("echo");
            assertThat(info.children()).extracting(f -> f.attribute("var"))
                    .contains("urn:test:echo", "urn:xmpp:ping", "jabber:iq:version", ITEMS)
                    .doesNotContain("urn:xmpp:blocking");
            assertThat(ask(client, "echo.other.example", "<query xmlns='" + ITEMS + "'/>").child("query").orElseThrow()
                    .children().getFirst().attribute("jid")).isEqualTo("wall@echo.other.example");
            assertThat(
                    ask(client, "echo.localhost", "<query xmlns='http://jabber.org/protocol/disco#info' node='wall'/>")
                            .attribute("type"))
                    .isEqualTo("result");
            assertThat(
                    ask(client, "echo.localhost", "<query xmlns='http://jabber.org/protocol/disco#info' node='hill'/>")
                            .toString())
                    .contains("item-not-found");
            assertThat(ask(client, "echo.localhost", "<query xmlns='" + ITEMS + "' node='hill'/>").attribute("type"))
                    .isEqualTo("result"); // the service has an item list for every node
        }
    }

    @Test void theServiceAnswersPingsItsOwnRequestsAndUnknownRequests() throws Exception {
        try (var client = server.login(server.account("romeo"), "x")) {
            assertThat(ask(client, "echo.localhost", "<ping xmlns='urn:xmpp:ping'/>").attribute("type"))
                    .isEqualTo("result");
            assertThat(ask(client, "echo.localhost", "<query xmlns='jabber:iq:version'/>").toString())
                    .contains("Martlet");
            assertThat(ask(client, "echo.localhost", "<count xmlns='urn:test:echo'/>").child("count")).isPresent();
            assertThat(ask(client, "wall@echo.localhost", "<ping xmlns='urn:xmpp:ping'/>").toString())
                    .contains("not-allowed");
        }
    }

    @Test void messagesForAddressesOfTheServiceArriveInOrder() throws Exception {
        try (var client = server.login(server.account("romeo"), "x")) {
            for (int i = 0; i < 100; i++)
                client.send("<message to='wall@echo.localhost/brick' id='" + i + "'><body>" + i + "</body></message>");
            for (int i = 0; i < 100; i++) assertThat(client.receive().attribute("id")).isEqualTo(String.valueOf(i));
        }
    }

    @Test void aSubdomainWithoutAServiceIsRemote() throws Exception {
        try (var client = server.login(server.account("romeo"), "x")) {
            assertThat(
                    client.send("<message to='wall@hills.localhost'><body>hello</body></message>").receive().toString())
                    .contains("remote-server-not-found");
            assertThat(client.send("<message to='wall@echo.elsewhere.example'><body>hello</body></message>").receive()
                    .toString()).contains("remote-server-not-found");
        }
    }

    @Test void twoServicesCannotHaveOneName() {
        Extension one = () -> List.of(new Hook.Service("rooms", Jid::host, List.of(), (_, _) -> {}));
        Extension two = () -> List.of(new Hook.Service("rooms", Jid::host, List.of(), (_, _) -> {}));
        assertThatThrownBy(() -> new Kernel(Set.of(one, two))).hasMessageContaining("rooms");
    }
}
