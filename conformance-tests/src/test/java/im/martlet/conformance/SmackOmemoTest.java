package im.martlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smackx.carbons.packet.CarbonExtension;
import org.jivesoftware.smackx.omemo.OmemoManager;
import org.jivesoftware.smackx.omemo.OmemoMessage;
import org.jivesoftware.smackx.omemo.internal.OmemoDevice;
import org.jivesoftware.smackx.omemo.listener.OmemoMessageListener;
import org.jivesoftware.smackx.omemo.signal.SignalCachingOmemoStore;
import org.jivesoftware.smackx.omemo.signal.SignalOmemoService;
import org.jivesoftware.smackx.omemo.trust.OmemoFingerprint;
import org.jivesoftware.smackx.omemo.trust.OmemoTrustCallback;
import org.jivesoftware.smackx.omemo.trust.TrustState;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.impl.JidCreate;

/** XEP-0384 with an implementation of somebody else: two people with two devices each. */
class SmackOmemoTest {
    private static final LocalServer SERVER = LocalServer.shared();

    @BeforeAll static void setUp() {
        Security.addProvider(new BouncyCastleProvider()); // which it asks for by name
        SignalOmemoService.acknowledgeLicense();
        SignalOmemoService.setup();
        ((SignalOmemoService) SignalOmemoService.getInstance()).setOmemoStoreBackend(new SignalCachingOmemoStore());
    }

    /** One device of somebody, which trusts every other. */
    private static final class Cipher implements OmemoMessageListener {
        final XMPPTCPConnection connection;
        final OmemoManager omemo;
        final LinkedBlockingQueue<String> read = new LinkedBlockingQueue<>();

        Cipher(Jid account, int device) throws Exception {
            connection = SmackTest.login(account);
            omemo = OmemoManager.getInstanceFor(connection, device);
            omemo.setTrustCallback(new Trusting());
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

        @Override public void onOmemoMessageReceived(Stanza stanza, OmemoMessage.Received message) { if (!message.isKeyTransportMessage()) read.add(message.getBody()); }

        @Override public void onOmemoCarbonCopyReceived(CarbonExtension.Direction direction, Message carbon, Message wrapping, OmemoMessage.Received message) {}
    }

    private static final class Trusting implements OmemoTrustCallback {
        private final Map<String, TrustState> states = new ConcurrentHashMap<>();

        @Override public TrustState getTrust(OmemoDevice device, OmemoFingerprint fingerprint) { return states.getOrDefault(device + " " + fingerprint, TrustState.trusted); }

        @Override public void setTrust(OmemoDevice device, OmemoFingerprint fingerprint, TrustState state) { states.put(device + " " + fingerprint, state); }
    }

    @Test void twoPeopleWithTwoDevicesEachReadWhatTheyWriteToEachOtherFromTheFirstContactOn() throws Exception {
        var alice = SERVER.account("alice");
        var bob = SERVER.account("bob");
        var devices = new ArrayList<Cipher>();
        for (int i = 0; i < 2; i++) for (Jid account : List.of(alice, bob)) devices.add(new Cipher(account, OmemoManager.randomDeviceId()));
        var alicesPhone = devices.get(0);
        var bobsPhone = devices.get(1);
        var bobsLaptop = devices.get(3);
        alicesPhone.send(bob, "good evening");
        assertThat(bobsPhone.receive()).isEqualTo("good evening");
        assertThat(bobsLaptop.receive()).isEqualTo("good evening");
        bobsLaptop.send(alice, "and a good night");
        assertThat(alicesPhone.receive()).isEqualTo("and a good night");
        assertThat(devices.get(2).receive()).isEqualTo("and a good night");
        for (Cipher device : devices) device.connection.disconnect();
    }

    @Test void whoIsOfflineIsWrittenToAndReadsItLater() throws Exception {
        var alice = SERVER.account("alice");
        var bob = SERVER.account("bob");
        var sender = new Cipher(alice, OmemoManager.randomDeviceId());
        var recipient = new Cipher(bob, OmemoManager.randomDeviceId());
        recipient.connection.disconnect();
        sender.send(bob, "while you were away");
        recipient.connection.connect().login();
        assertThat(recipient.receive()).isEqualTo("while you were away");
        recipient.connection.disconnect();
        sender.connection.disconnect();
    }
}
