package im.martlet.extensions.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Encryption of messages for browsers. */
class WebPushEncryptionTest {
    private static final String BROWSER =
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    private static final String OWN =
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
    private static final String OWN_SECRET = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";

    private static byte[] bytes(String base64) { return Base64.getUrlDecoder().decode(base64); }

    private static ECPrivateKey secret(String base64) throws Exception {
        var curve = P256.decode(bytes(BROWSER)).getParams();
        return (ECPrivateKey) KeyFactory.getInstance("EC", P256.PROVIDER)
                .generatePrivate(new ECPrivateKeySpec(new BigInteger(1, bytes(base64)), curve));
    }

    @Test void encryptionMatchesTheExampleOfRfc8291() throws Exception {
        var text = "When I grow up, I want to be a watermelon".getBytes(StandardCharsets.US_ASCII);
        var own = new KeyPair(P256.decode(bytes(OWN)), secret(OWN_SECRET));
        var encrypted = WebPushEncryption.encrypt(text, P256.decode(bytes(BROWSER)), bytes("BTBZMqHH6r4Tts7J_aSIgg"),
                own, bytes("DGv6ra1nlYgDCS1FRnbzlw"));
        assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(encrypted))
                .isEqualTo("DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc"
                        + "InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
    }

    @Test void publicKeysAreReadWrittenAndDerivedFromSecretKeys() throws Exception {
        assertThat(P256.encode(P256.decode(bytes(OWN)))).isEqualTo(bytes(OWN));
        assertThat(P256.publicOf(secret(OWN_SECRET))).isEqualTo(bytes(OWN));
    }

    @Test void pointsOffTheCurveAreRejected() {
        var off = bytes(BROWSER);
        off[64] ^= 1;
        for (byte[] bad : new byte[][]{ off, new byte[65], new byte[33], { 4 }, {} })
            assertThatThrownBy(() -> P256.decode(bad)).isInstanceOf(InvalidKeySpecException.class);
    }

    @Test void theLongestTextFillsARecordAndLongerOnesAreRejected() throws Exception {
        var browser = P256.decode(bytes(BROWSER));
        assertThat(new WebPushEncryption().encrypt(new byte[WebPushEncryption.LONGEST], browser, new byte[16]))
                .hasSize(4096);
        assertThatThrownBy(
                () -> new WebPushEncryption().encrypt(new byte[WebPushEncryption.LONGEST + 1], browser, new byte[16]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
