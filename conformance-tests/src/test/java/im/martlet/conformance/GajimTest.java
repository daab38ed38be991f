package im.martlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.martlet.storage.Accounts;
import im.martlet.storage.Rosters;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Gajim, on a screen that nobody sees, shows the picture that another client has published (XEP-0084). */
@Tag("real-clients")
class GajimTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final int COLOUR = 0xff12f034; // nothing else on the screen has it
    private static final Path SCRIPT = Path.of("src/test/resources/clients/gajim.py").toAbsolutePath();

    private static byte[] picture() throws Exception {
        var image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 64; x++) for (int y = 0; y < 64; y++) image.setRGB(x, y, COLOUR);
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    private static void publish(Client client, String node, String id, String payload) throws Exception {
        String options = "<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var='pubsub#access_model'><value>open</value></field></x></publish-options>";
        client.send("<iq type='set' id='p'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='" + node + "'><item id='" + id + "'>" + payload + "</item></publish>" + options + "</pubsub></iq>");
        for (Xml next = client.receive(); !next.name().equals("iq"); next = client.receive()) assertThat(next.name()).isEqualTo("presence");
    }

    private static boolean isShown(Path screen) {
        try {
            var image = ImageIO.read(screen.toFile());
            return image != null && IntStream.range(0, image.getWidth() * image.getHeight()).filter(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()) == COLOUR).count() > 200;
        } catch (java.io.IOException e) {
            return false; // not there yet
        }
    }

    @Test void anAvatarOfAnotherClientIsOnTheScreen() throws Exception {
        for (String program : List.of("gajim", "xvfb-run", "xdotool", "scrot", "dbus-run-session")) assumeTrue(new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0, program + " is not installed");
        var romeo = SERVER.account("romeo");
        var injector = SERVER.server().injector();
        var home = Files.createTempDirectory("gajim");
        try (var juliet = SERVER.login(SERVER.account("juliet"), "x")) {
            for (var pair : List.of(List.of(romeo, juliet.jid().bare()), List.of(juliet.jid().bare(), romeo)))
                injector.getInstance(Rosters.class).put(injector.getInstance(Accounts.class).find(pair.getFirst()).orElseThrow().key(),
                        new Rosters.Item(pair.getLast(), "", Set.of(), Rosters.Subscription.BOTH, false, false, Optional.empty(), true));
            var picture = picture();
            var hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(picture));
            juliet.send("<presence/>");
            publish(juliet, "urn:xmpp:avatar:data", hash, "<data xmlns='urn:xmpp:avatar:data'>" + Base64.getEncoder().encodeToString(picture) + "</data>");
            publish(juliet, "urn:xmpp:avatar:metadata", hash, "<metadata xmlns='urn:xmpp:avatar:metadata'><info bytes='" + picture.length + "' id='" + hash + "' type='image/png'/></metadata>");
            var certificate = home.resolve("server.pem");
            Files.copy(SERVER.data().resolve("certificates/localhost.crt"), certificate);
            var gajim = start(home, SERVER.port() + "", romeo.toString(), certificate.toString(), hash);
            try {
                await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(500)).until(() -> !gajim.isAlive() || isShown(home.resolve("screen.png")));
                assertThat(gajim.isAlive()).as(Files.readString(home.resolve("out")) + home).isTrue();
            } finally {
                gajim.descendants().forEach(ProcessHandle::destroy);
                gajim.destroy();
                gajim.waitFor();
                new ProcessBuilder("rm", "-rf", home.toString()).start().waitFor();
            }
        }
    }

    /** It does not want to be run by root. */
    private static Process start(Path home, String... arguments) throws Exception {
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
            assertThat(new ProcessBuilder("sh", "-c", "chmod 755 " + home + "; cp " + SCRIPT + " " + home + "; chown -R nobody " + home).start().waitFor()).isZero();
        } else Files.copy(SCRIPT, home.resolve("gajim.py"));
        command.addAll(List.of("xvfb-run", "-a", "-s", "-screen 0 1200x800x24", "dbus-run-session", "--", "/usr/bin/python3", home.resolve("gajim.py").toString(), home.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true).redirectOutput(new File(home.toFile(), "out"));
        builder.environment().put("HOME", home.toString());
        builder.environment().put("PASSWORD", LocalServer.PASSWORD);
        builder.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
        return builder.start();
    }
}
