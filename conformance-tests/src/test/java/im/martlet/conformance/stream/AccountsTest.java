package im.martlet.conformance.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.account.SessionLifecycle;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.UnexpectedLogLines;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Credit;
import im.martlet.session.Link;
import im.martlet.stanza.StreamError;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the deletion of accounts and changes of passwords. */
class AccountsTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final String SASL = "urn:ietf:params:xml:ns:xmpp-sasl";

    /** Subscribes two clients to each other's presence, and reads all stanzas that this causes. */
    private static void befriend(Client a, Client b) throws Exception {
        for (var pair : new Client[][]{ { a, b }, { b, a } })
            pair[0].send(
                    "<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq><presence/><presence type='subscribed' to='"
                            + pair[1].jid().bare() + "'/>")
                    .fence();
        for (var pair : new Client[][]{ { a, b }, { b, a } })
            pair[0].send("<presence type='subscribe' to='" + pair[1].jid().bare() + "'/>").fence();
        for (int round = 0; round < 2; round++) for (var client : new Client[]{ a, b }) client.fence();
        for (var client : new Client[]{ a, b }) while (client.peek() != null) client.receive();
    }

    private static void delete(Client client, String by) throws Exception {
        if (by.equals("the user")) {
            client.send(
                    "<iq type='set' id='d' to='localhost'><query xmlns='jabber:iq:register'><remove/></query></iq>");
            return;
        }
        SERVER.command("user del", Map.of("account", client.jid().bare().toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "the user", "an admin" }) void reusedAccountNameInheritsNoContacts(
            String by) throws Exception { // RFC 6121 §2.5.2
        var romeo = SERVER.account("romeo");
        try (var complaints = new UnexpectedLogLines(); var old = SERVER.login(romeo, "x");
                var juliet = SERVER.login(SERVER.account("juliet"), "y")) {
            befriend(old, juliet);
            delete(old, by);
            var received = new ArrayList<String>();
            var next = juliet.receive();
            for (; next.child("query").isEmpty() || !next.toString().contains("subscription='none'"); next =
                    juliet.receive())
                received.add(next.name() + " " + next.attribute("type") + " " + next.attribute("from"));
            juliet.fence();
            if (juliet.peek() != null) received.add("presence " + juliet.receive().attribute("type") + " " + old.jid());
            assertThat(received).contains("presence unsubscribe " + romeo, "presence unsubscribed " + romeo,
                    "presence unavailable " + old.jid());
            Awaitility.await().until(() -> SERVER.server().injector().getInstance(AccountDirectory.class).live()
                    .noneMatch(account -> account.jid().equals(romeo)));
            SERVER.account(romeo, LocalServer.PASSWORD);
            try (var successor = SERVER.login(romeo, "x")) {
                successor.send("<presence/>").fence();
                juliet.send("<presence><show>away</show></presence>").fence();
                successor.fence();
                assertThat(successor.receive().attribute("from")).as("its own presence")
                        .isEqualTo(successor.jid().toString());
                assertThat(successor.peek()).isNull();
                assertThat(juliet.receive().attribute("from")).as("her own presence")
                        .isEqualTo(juliet.jid().toString());
                assertThat(juliet.peek()).isNull();
            }
            assertThat(complaints.lines()).isEmpty();
        }
    }

    @Test void passwordChangeDuringBindEndsTheStream() throws Exception {
        var romeo = SERVER.account("romeo");
        var directory = SERVER.server().injector().getInstance(AccountDirectory.class);
        var ended = new CompletableFuture<StreamError>();
        var held = new CountDownLatch(1);
        // bind waits in the mailbox until the password has changed
        directory.tell(romeo, Credit.UNLIMITED, _ -> await(held));
        SERVER.server().injector().getInstance(SessionLifecycle.class).bind(romeo,
                im.martlet.negotiation.SessionPort.BindRequest.named(Optional.of("x")), new FakeLink(ended), _ -> {});
        SERVER.command("user passwd", Map.of("account", romeo.toString(), "password", "new"));
        held.countDown();
        assertThat(ended.get(20, TimeUnit.SECONDS).condition()).isEqualTo(StreamError.Condition.NOT_AUTHORIZED);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private record FakeLink(CompletableFuture<StreamError> ended) implements Link {
        @Override public void send(byte[] bytes) {}

        @Override public void whenReady(Runnable action) { action.run(); }

        @Override public void end(StreamError error) { ended.complete(error); }

        @Override public Details details() { throw new UnsupportedOperationException(); }
    }

    @Test void passwordChangeDuringLoginRejectsTheOldPassword() throws Exception {
        var romeo = SERVER.account("romeo");
        try (var client = SERVER.connect().open("localhost").secure()) {
            var first = "n=" + romeo.local() + ",r=abc";
            var challenge = unwrapped(client
                    .send("<auth xmlns='" + SASL + "' mechanism='SCRAM-SHA-256'>" + wrapped("n,," + first) + "</auth>")
                    .receive().text());
            SERVER.command("user passwd", Map.of("account", romeo.toString(), "password", "new"));
            var failure =
                    client.send("<response xmlns='" + SASL + "'>" + wrapped(proof(first, challenge)) + "</response>")
                            .receive();
            assertThat(failure.child("not-authorized")).isPresent();
            assertThat(client.login(romeo, "new").bind("x").jid()).isEqualTo(romeo.withResource("x"));
        }
    }

    private static String wrapped(String text) { return Base64.getEncoder().encodeToString(text.getBytes(UTF_8)); }

    private static String unwrapped(String text) { return new String(Base64.getDecoder().decode(text), UTF_8); }

    /** Returns a client's reply to a challenge (RFC 5802 §3). */
    private static String proof(String first, String challenge) throws Exception {
        var parts = challenge.split(",");
        var hi = new PBEKeySpec(LocalServer.PASSWORD.toCharArray(), Base64.getDecoder().decode(parts[1].substring(2)),
                Integer.parseInt(parts[2].substring(2)), 256);
        byte[] key = hmac(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(hi).getEncoded(),
                "Client Key");
        var bare = "c=biws," + parts[0];
        byte[] signature = hmac(MessageDigest.getInstance("SHA-256").digest(key), first + "," + challenge + "," + bare);
        for (int i = 0; i < key.length; i++) key[i] ^= signature[i];
        return bare + ",p=" + Base64.getEncoder().encodeToString(key);
    }

    private static byte[] hmac(byte[] key, String text) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(UTF_8));
    }

    @Test void changedPasswordReplacesTheOldOne() throws Exception { // XEP-0077 §3.3
        var romeo = SERVER.account("romeo");
        try (var client = SERVER.login(romeo, "x")) {
            client.send("<iq type='set' id='p' to='localhost'><query xmlns='jabber:iq:register'><username>"
                    + romeo.local() + "</username><password>new</password></query></iq>");
            assertThat(client.receive().attribute("type")).isEqualTo("result");
        }
        try (var client = SERVER.connect().open("localhost").secure()) {
            assertThat(client.send(Client.plain(romeo.local(), LocalServer.PASSWORD)).receive().child("not-authorized"))
                    .isPresent();
            assertThat(client.login(romeo, "new").bind("x").jid()).isEqualTo(romeo.withResource("x"));
        }
    }
}
