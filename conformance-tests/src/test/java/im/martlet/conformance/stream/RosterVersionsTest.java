package im.martlet.conformance.stream;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.LocalServer;
import im.martlet.extension.Hook.To;
import im.martlet.extension.Kernel;
import im.martlet.extension.Query;
import im.martlet.session.Account;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Credit;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Payload;
import im.martlet.xml.Element;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** RFC 6121 §2.6, where concurrent requests arrive in an order that a dialogue cannot force. */
class RosterVersionsTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final String ROSTER = "jabber:iq:roster";

    @Test void latePushDoesNotUndoANewerChange() throws Exception {
        var romeo = SERVER.account("romeo");
        try (var client = SERVER.login(romeo, "x")) {
            client.send("<iq type='set' id='1'><query xmlns='jabber:iq:roster'>"
                    + "<item jid='paris@example.com' name='old'/></query></iq>")
                    .receive();
            SERVER.server().injector().getInstance(AccountDirectory.class).tell(romeo, Credit.UNLIMITED, account -> {
                ask(account,
                        new Iq.Get(romeo, romeo, "2", "", Payload.of(Element.of(ROSTER, "query").with("ver", "0"))));
                ask(account, new Iq.Set(romeo, romeo, "3", "", Payload.of(Element.of(ROSTER, "query")
                        .with(Element.of(ROSTER, "item").with("jid", "paris@example.com").with("name", "new")))));
            });
            for (int push = 0; push < 2; push++) { // the push of the change, then the requested roster
                var query = client.receive().child("query").orElseThrow();
                assertThat(query.attribute("ver")).isEqualTo("2");
                assertThat(query.children().getFirst().attribute("name")).isEqualTo("new");
            }
        }
    }

    private static void ask(Account account, Iq.Request request) {
        SERVER.server().injector().getInstance(Kernel.class).handler(request, To.OWN_ACCOUNT).orElseThrow()
                .apply(new Query(request, Optional.of(account), Optional.of(account.sessions().getFirst())));
    }
}
