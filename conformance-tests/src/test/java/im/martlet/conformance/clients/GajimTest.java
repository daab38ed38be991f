package im.martlet.conformance.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.peers.Gajim;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.account.Rosters;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Gajim on a virtual screen shows the picture that another client has published (XEP-0084). */
@Tag("real-clients")
class GajimTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final int COLOUR = 0xff12f034; // no other pixel on the screen has this colour

    private static byte[] picture() throws Exception {
        var image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 64; x++) for (int y = 0; y < 64; y++) image.setRGB(x, y, COLOUR);
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    private static void publish(Client client, String node, String id, String payload) throws Exception {
        String options =
                "<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var='pubsub#access_model'><value>open</value></field></x></publish-options>";
        client.send("<iq type='set' id='p'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='" + node
                + "'><item id='" + id + "'>" + payload + "</item></publish>" + options + "</pubsub></iq>");
        for (ReceivedXml next = client.receive(); !next.name().equals("iq"); next = client.receive())
            assertThat(next.name()).isEqualTo("presence");
    }

    private static boolean isShown(Path screen) {
        try {
            var image = ImageIO.read(screen.toFile());
            return image != null && IntStream.range(0, image.getWidth() * image.getHeight())
                    .filter(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()) == COLOUR).count() > 200;
        } catch (java.io.IOException e) {
            return false; // not there yet
        }
    }

    @Test void theAvatarOfAnotherClientIsShown() throws Exception {
        Gajim.needed();
        var romeo = SERVER.account("romeo");
        var injector = SERVER.server().injector();
        try (var juliet = SERVER.login(SERVER.account("juliet"), "x")) {
            for (var pair : List.of(List.of(romeo, juliet.jid().bare()), List.of(juliet.jid().bare(), romeo)))
                injector.getInstance(Rosters.class).put(
                        injector.getInstance(Accounts.class).find(pair.getFirst()).orElseThrow().key(),
                        new Rosters.Item(pair.getLast(), "", Set.of(), Rosters.Subscription.BOTH, false, false,
                                Optional.empty(), true));
            var picture = picture();
            var hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(picture));
            juliet.send("<presence/>");
            publish(juliet, "urn:xmpp:avatar:data", hash,
                    "<data xmlns='urn:xmpp:avatar:data'>" + Base64.getEncoder().encodeToString(picture) + "</data>");
            publish(juliet, "urn:xmpp:avatar:metadata", hash, "<metadata xmlns='urn:xmpp:avatar:metadata'><info bytes='"
                    + picture.length + "' id='" + hash + "' type='image/png'/></metadata>");
            try (var gajim = Gajim.start(SERVER, romeo, "avatar", hash)) {
                await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(500))
                        .until(() -> !gajim.isAlive() || isShown(gajim.home().resolve("screen.png")));
                assertThat(gajim.isAlive()).as(gajim.output()).isTrue();
            }
        }
    }
}
