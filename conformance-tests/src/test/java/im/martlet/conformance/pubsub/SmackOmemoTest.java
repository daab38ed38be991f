package im.martlet.conformance.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.clients.SmackTest;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smackx.carbons.packet.CarbonExtension;
import org.jivesoftware.smackx.mam.MamManager;
import org.jivesoftware.smackx.omemo.OmemoManager;
import org.jivesoftware.smackx.omemo.OmemoMessage;
import org.jivesoftware.smackx.omemo.internal.OmemoDevice;
import org.jivesoftware.smackx.omemo.listener.OmemoMessageListener;
import org.jivesoftware.smackx.omemo.signal.SignalCachingOmemoStore;
import org.jivesoftware.smackx.omemo.signal.SignalOmemoService;
import org.jivesoftware.smackx.omemo.trust.OmemoFingerprint;
import org.jivesoftware.smackx.omemo.trust.OmemoTrustCallback;
import org.jivesoftware.smackx.omemo.trust.TrustState;
import org.jivesoftware.smackx.omemo.util.MessageOrOmemoMessage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.impl.JidCreate;

/** XEP-0384 with a foreign implementation: two users with two devices each. */
class SmackOmemoTest {
    private static final LocalServer SERVER = LocalServer.shared();

    @BeforeAll static void setUp() {
        Security.addProvider(new BouncyCastleProvider()); // the library asks for this provider by name
        SignalOmemoService.acknowledgeLicense();
        SignalOmemoService.setup();
        ((SignalOmemoService) SignalOmemoService.getInstance()).setOmemoStoreBackend(new SignalCachingOmemoStore());
    }

    /** A device that trusts every other device. */
    private static final class Cipher implements OmemoMessageListener {
        final XMPPTCPConnection connection;
        final OmemoManager omemo;
        final LinkedBlockingQueue<String> read = new LinkedBlockingQueue<>();

        Cipher(LocalServer server, Jid account, int device) throws Exception {
            connection = SmackTest.connection(server, account);
            connection.connect().login();
            omemo = OmemoManager.getInstanceFor(connection, device);
            omemo.setTrustCallback(new TrustAll());
            omemo.initialize();
            omemo.addOmemoMessageListener(this);
        }

        void send(Jid to, String text) throws Exception {
            var address = JidCreate.entityBareFrom(to.toString());
            omemo.requestDeviceListUpdateFor(address);
            var sent = omemo.encrypt(address, text);
            assertThat(sent.getSkippedDevices()).isEmpty();
            connection.sendStanza(sent.buildMessage(StanzaBuilder.buildMessage(), address));
        }

        String receive() throws InterruptedException { return read.poll(30, TimeUnit.SECONDS); }

        /** Returns the texts of an archived conversation that this device can decrypt. */
        List<String> history(Jid with) throws Exception {
            var archive = MamManager.getInstanceFor(connection);
            assertThat(archive.isSupported()).isTrue();
            var page = archive.queryMostRecentPage(JidCreate.bareFrom(with.toString()), 50);
            var texts = new ArrayList<String>();
            for (MessageOrOmemoMessage message : omemo.decryptMamQueryResult(page))
                if (message.isOmemoMessage() && !message.getOmemoMessage().isKeyTransportMessage())
                    texts.add(message.getOmemoMessage().getBody());
            return texts;
        }

        @Override public void onOmemoMessageReceived(Stanza stanza, OmemoMessage.Received message) {
            if (!message.isKeyTransportMessage()) read.add(message.getBody());
        }

        @Override public void onOmemoCarbonCopyReceived(CarbonExtension.Direction direction, Message carbon,
                Message wrapping, OmemoMessage.Received message) {}
    }

    private static final class TrustAll implements OmemoTrustCallback {
        private final Map<String, TrustState> states = new ConcurrentHashMap<>();

        @Override public TrustState getTrust(OmemoDevice device, OmemoFingerprint fingerprint) {
            return states.getOrDefault(device + " " + fingerprint, TrustState.trusted);
        }

        @Override public void setTrust(OmemoDevice device, OmemoFingerprint fingerprint, TrustState state) {
            states.put(device + " " + fingerprint, state);
        }
    }

    /**
     * Lets two users with two devices each converse: at the first contact, with one device away, and with all devices
     * of one user away.
     */
    private static void converse(LocalServer alices, Jid alice, LocalServer bobs, Jid bob) throws Exception {
        var alicesPhone = new Cipher(alices, alice, OmemoManager.randomDeviceId());
        var bobsPhone = new Cipher(bobs, bob, OmemoManager.randomDeviceId());
        var alicesLaptop = new Cipher(alices, alice, OmemoManager.randomDeviceId());
        var bobsLaptop = new Cipher(bobs, bob, OmemoManager.randomDeviceId());
        alicesPhone.send(bob, "good evening");
        assertThat(bobsPhone.receive()).isEqualTo("good evening");
        assertThat(bobsLaptop.receive()).isEqualTo("good evening");
        bobsLaptop.send(alice, "and a good night");
        assertThat(alicesPhone.receive()).isEqualTo("and a good night");
        assertThat(alicesLaptop.receive()).isEqualTo("and a good night");

        bobsLaptop.connection.disconnect();
        alicesPhone.send(bob, "while one was away");
        assertThat(bobsPhone.receive()).isEqualTo("while one was away");
        bobsLaptop.connection.connect().login();
        assertThat(bobsLaptop.history(alice)).contains("while one was away");

        bobsPhone.connection.disconnect();
        bobsLaptop.connection.disconnect();
        alicesLaptop.send(bob, "while both were away");
        bobsPhone.connection.connect().login();
        assertThat(bobsPhone.receive()).isEqualTo("while both were away");
        bobsLaptop.connection.connect().login();
        assertThat(bobsLaptop.history(alice)).contains("while both were away");
        for (Cipher device : List.of(alicesPhone, alicesLaptop, bobsPhone, bobsLaptop)) device.connection.disconnect();
    }

    @Test void allDevicesOfTwoUsersReadTheirConversation() throws Exception {
        converse(SERVER, SERVER.account("alice"), SERVER, SERVER.account("bob"));
    }

    @Test void allDevicesOfUsersOnTwoServersReadTheirConversation() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns(); var one = FederatedServer.start("one.example", authority, dns);
                var two = FederatedServer.start("two.example", authority, dns)) {
            converse(one.server, one.server.account("alice", one.domain), two.server,
                    two.server.account("bob", two.domain));
        }
    }

    @Test void anOfflineUserReadsTheFirstMessageLater() throws Exception {
        var alice = SERVER.account("alice");
        var bob = SERVER.account("bob");
        var sender = new Cipher(SERVER, alice, OmemoManager.randomDeviceId());
        var recipient = new Cipher(SERVER, bob, OmemoManager.randomDeviceId());
        recipient.connection.disconnect();
        sender.send(bob, "while you were away");
        recipient.connection.connect().login();
        assertThat(recipient.receive()).isEqualTo("while you were away");
        recipient.connection.disconnect();
        sender.connection.disconnect();
    }
}
