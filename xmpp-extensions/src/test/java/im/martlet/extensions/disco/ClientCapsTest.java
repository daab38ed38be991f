package im.martlet.extensions.disco;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Presence;
import im.martlet.storage.account.Capabilities;
import im.martlet.xml.Element;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tests the choice of the client to ask when other clients do not answer. The test itself ends each time limit. */
class ClientCapsTest {
    private final List<Jid> asked = new ArrayList<>();
    private final Queue<Runnable> timeouts = new ArrayDeque<>();
    private final ClientCaps caps = new ClientCaps(new Capabilities() {
        @Override public Optional<Set<String>> features(Hash hash) { return Optional.empty(); }

        @Override public void put(Hash hash, Set<String> features) {}
    }, (_, client, _) -> {
        asked.add(client);
        return new CompletableFuture<Iq.Response>();
    }, timeouts::add);

    private void arrives(Jid client) {
        var c = Element.of("http://jabber.org/protocol/caps", "c").with("hash", "sha-1").with("node", "urn:test")
                .with("ver", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        caps.resolve(new Presence(Presence.Type.AVAILABLE, client, client.bare(), "", "", Payload.of(c)), _ -> {});
    }

    private static Jid client(String name) { return Jid.parse(name + "@localhost/x"); }

    private void timeEnds() { List.copyOf(timeouts).forEach(action -> { timeouts.remove(); action.run(); }); }

    @Test void aClientThatArrivesWhileAnAnswerIsOverdueIsAskedAtOnce() {
        arrives(client("gone"));
        timeEnds();
        arrives(client("second"));
        assertThat(asked).containsExactly(client("gone"), client("second"));
    }

    @Test void aClientThatArrivesBeforeTheTimeLimitWaitsForTheAnswer() {
        arrives(client("first"));
        arrives(client("second"));
        assertThat(asked).containsExactly(client("first"));
        timeEnds();
        assertThat(asked).containsExactly(client("first"), client("second"));
        arrives(client("third"));
        assertThat(asked).doesNotContain(client("third"));
    }

    @Test void aClientThatSendsManyPresencesIsAskedOnce() {
        arrives(client("first"));
        for (int i = 0; i < 5; i++) arrives(client("second"));
        for (int i = 0; i < 5; i++) timeEnds();
        assertThat(asked).containsExactly(client("first"), client("second"));
    }
}
