package im.martlet.conformance.clients;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.LocalServer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509TrustManager;
import org.jivesoftware.smack.ConnectionConfiguration.SecurityMode;
import org.jivesoftware.smack.chat2.ChatManager;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.roster.AbstractRosterListener;
import org.jivesoftware.smack.roster.Roster;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.jivesoftware.smackx.mam.MamManager;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.impl.JidCreate;

/** A complete foreign client library: login, roster, presence, chat. */
public class SmackTest {
    private static final LocalServer SERVER = LocalServer.shared();

    static { // Smack asserts that parsers call the default namespace null; Woodstox, its parser here, calls it ""
        SmackTest.class.getClassLoader()
                .setClassAssertionStatus("org.jivesoftware.smack.parsing.StandardExtensionElementProvider", false);
    }

    public static XMPPTCPConnection connection(LocalServer server, Jid account) throws Exception {
        var trustAll = new X509TrustManager() { // the certificate is self-signed
            @Override public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
        };
        var connection = new XMPPTCPConnection(
                XMPPTCPConnectionConfiguration.builder().setXmppDomain(account.domain()).setHost("127.0.0.1")
                        .setPort(server.port()).setUsernameAndPassword(account.local(), LocalServer.PASSWORD)
                        .setSecurityMode(SecurityMode.required)
                        .setCustomX509TrustManager(trustAll).setHostnameVerifier((_, _) -> true)
                        .setCompressionEnabled(false).build());
        connection.setReplyTimeout(20_000);
        return connection;
    }

    public static XMPPTCPConnection login(Jid account) throws Exception {
        var connection = connection(SERVER, account);
        connection.connect().login();
        return connection;
    }

    @Test void twoUsersSubscribeSeeEachOtherAndChat() throws Exception {
        var aliceJid = SERVER.account("alice");
        var bobJid = SERVER.account("bob");
        var alice = login(aliceJid);
        var bob = login(bobJid);
        assertThat(alice.isSecureConnection()).isTrue();

        Roster.getInstanceFor(alice).setSubscriptionMode(Roster.SubscriptionMode.accept_all);
        var seen = new LinkedBlockingQueue<Presence>();
        var roster = Roster.getInstanceFor(bob);
        roster.addRosterListener(new AbstractRosterListener() {
            @Override public void presenceChanged(Presence presence) { seen.add(presence); }
        });
        roster.createItemAndRequestSubscription(JidCreate.bareFrom(aliceJid.toString()), "Alice", null);
        var presence = seen.poll(20, TimeUnit.SECONDS);
        assertThat(presence).isNotNull();
        assertThat(presence.isAvailable()).isTrue();
        assertThat(presence.getFrom().asBareJid().toString()).isEqualTo(aliceJid.toString());

        var received = new LinkedBlockingQueue<String>();
        ChatManager.getInstanceFor(alice).addIncomingListener((_, message, _) -> received.add(message.getBody()));
        ChatManager.getInstanceFor(bob).chatWith(JidCreate.entityBareFrom(aliceJid.toString())).send("good evening");
        assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("good evening");

        alice.disconnect();
        assertThat(seen.poll(20, TimeUnit.SECONDS).isAvailable()).isFalse();
        bob.disconnect();
    }

    /** XEP-0198 §5: the session continues, and no message of either side is missing. */
    @Test void aSessionIsResumedAndHistoryIsRead() throws Exception {
        var aliceJid = SERVER.account("alice");
        var bobJid = SERVER.account("bob");
        var bob = login(bobJid);
        var alice = connection(SERVER, aliceJid);
        alice.setUseStreamManagement(true);
        alice.setUseStreamManagementResumption(true);
        alice.connect().login();
        var full = alice.getUser();
        var acknowledged = new LinkedBlockingQueue<Stanza>();
        alice.addStanzaAcknowledgedListener(acknowledged::add);
        var received = new LinkedBlockingQueue<String>();
        ChatManager.getInstanceFor(alice).addIncomingListener((_, message, _) -> received.add(message.getBody()));
        var chat = ChatManager.getInstanceFor(bob).chatWith(JidCreate.entityBareFrom(aliceJid.toString()));

        alice.instantShutdown();
        assertThat(alice.isSmResumptionPossible()).isTrue();
        SERVER.awaitDetached(Jid.parse(full.toString()));
        chat.send("are you there");
        chat.send("or not");
        alice.connect().login();
        assertThat(alice.streamWasResumed()).isTrue();
        assertThat(alice.getUser().toString()).isEqualTo(full.toString());
        assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("are you there");
        assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("or not");
        ChatManager.getInstanceFor(alice).chatWith(JidCreate.entityBareFrom(bobJid.toString())).send("here I am");
        for (var next = acknowledged.poll(20, TimeUnit.SECONDS); !(next instanceof Message m
                && "here I am".equals(m.getBody())); next = acknowledged.poll(20, TimeUnit.SECONDS))
            assertThat(next).as("an acknowledged stanza").isNotNull();

        var archive = MamManager.getInstanceFor(alice);
        assertThat(archive.isSupported()).isTrue();
        var page = archive.queryArchive(MamManager.MamQueryArgs.builder().setResultPageSizeTo(2)
                .limitResultsToJid(JidCreate.bareFrom(bobJid.toString())).build());
        assertThat(page.isComplete()).isFalse();
        assertThat(bodies(page.getMessages())).containsExactly("are you there", "or not");
        assertThat(bodies(page.pageNext(2))).containsExactly("here I am");
        assertThat(page.isComplete()).isTrue();
        assertThat(bodies(archive.queryMostRecentPage(JidCreate.bareFrom(bobJid.toString()), 1).getMessages()))
                .containsExactly("here I am");
        alice.disconnect();
        bob.disconnect();
    }

    private static List<String> bodies(List<Message> messages) {
        return messages.stream().map(Message::getBody).toList();
    }
}
