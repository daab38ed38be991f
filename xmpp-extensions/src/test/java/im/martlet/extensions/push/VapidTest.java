package im.martlet.extensions.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.auth.InstallationKey;
import java.net.URI;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The token that identifies the server to push services. */
class VapidTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    private static byte[] bytes(String base64) { return Base64.getUrlDecoder().decode(base64); }

    @Test void aTokenNamesItsServiceAndIsSignedWithThePublishedKey() throws Exception {
        var vapid = new Vapid(new InstallationKey(new byte[32]));
        var header =
                vapid.authorization(URI.create("https://push.example:8443/device/1"), "mailto:admin@example.org", NOW);
        assertThat(header).matches("vapid t=[^,]+, k=" + vapid.publicKey());
        var token = header.substring("vapid t=".length(), header.indexOf(',')).split("\\.");
        assertThat(new String(bytes(token[0]), UTF_8)).isEqualTo("{\"typ\":\"JWT\",\"alg\":\"ES256\"}");
        assertThat(new String(bytes(token[1]), UTF_8)).isEqualTo("{\"aud\":\"https://push.example:8443\",\"exp\":"
                + NOW.plusSeconds(12 * 3600).getEpochSecond() + ",\"sub\":\"mailto:admin@example.org\"}");
        var verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
        verifier.initVerify(P256.decode(bytes(vapid.publicKey())));
        verifier.update((token[0] + "." + token[1]).getBytes(UTF_8));
        assertThat(verifier.verify(bytes(token[2]))).isTrue();
    }

    @Test void theKeyDependsOnlyOnTheInstallation() {
        assertThat(new Vapid(new InstallationKey(new byte[32])).publicKey())
                .isEqualTo(new Vapid(new InstallationKey(new byte[32])).publicKey());
        assertThat(new Vapid(new InstallationKey("another".getBytes(UTF_8))).publicKey())
                .isNotEqualTo(new Vapid(new InstallationKey(new byte[32])).publicKey());
    }
}
