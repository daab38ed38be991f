package im.martlet.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.martlet.net.PemFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Optional;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the results of OpenSSL with those of the JDK. */
class OpenSslProviderTest {
    private static final Optional<Provider> PROVIDER = OpenSslProvider.load("libcrypto.so.3");

    private static Provider openSsl() {
        assumeTrue(PROVIDER.isPresent(), "there is no OpenSSL 3 on this system");
        return PROVIDER.orElseThrow();
    }

    @Test void withoutTheLibraryThereIsNoProvider() {
        assertThat(OpenSslProvider.load("libcrypto.so.none")).isEmpty();
        assertThat(OpenSslProvider.load("libm.so.6")).as("a library without these functions").isEmpty();
    }

    @Test void agreementsHaveTheSameSecretAsTheJdk() throws GeneralSecurityException {
        for (int i = 0; i < 200; i++) {
            var own = pair(KeyPairGenerator.getInstance("XDH", openSsl()));
            var other = pair(KeyPairGenerator.getInstance("XDH", "SunEC"));
            assertThat(agree(KeyAgreement.getInstance("XDH", openSsl()), own.getPrivate(), other.getPublic()))
                    .isEqualTo(agree(KeyAgreement.getInstance("XDH", "SunEC"), other.getPrivate(), own.getPublic()))
                    .hasSize(32);
        }
    }

    private static KeyPair pair(KeyPairGenerator generator) throws GeneralSecurityException {
        generator.initialize(NamedParameterSpec.X25519);
        return generator.generateKeyPair();
    }

    private static byte[] agree(KeyAgreement agreement, PrivateKey own, PublicKey other)
            throws GeneralSecurityException {
        agreement.init(own);
        agreement.doPhase(other, true);
        return agreement.generateSecret();
    }

    /** RFC 7748 §6.1, RFC 8446 §7.4.2: a point of small order would make a secret that is public. */
    @ParameterizedTest
    @ValueSource(ints = { 0, 1 }) void aPublicKeyOfSmallOrderIsRefused(int u) throws GeneralSecurityException {
        var point = KeyFactory.getInstance("XDH")
                .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, BigInteger.valueOf(u)));
        var agreement = KeyAgreement.getInstance("XDH", openSsl());
        agreement.init(pair(KeyPairGenerator.getInstance("XDH", openSsl())).getPrivate());
        assertThatThrownBy(() -> agreement.doPhase(point, true)).isInstanceOf(InvalidKeyException.class);
    }

    @ParameterizedTest
    @CsvSource({ "secp256r1, SHA256withECDSA", "secp384r1, SHA384withECDSA",
            "secp521r1, SHA256withECDSA" }) void theJdkVerifiesItsSignatures(String curve, String algorithm)
                    throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        var pair = generator.generateKeyPair();
        for (int i = 0; i < 50; i++) {
            var signer = Signature.getInstance(algorithm, openSsl());
            signer.initSign(pair.getPrivate());
            signer.update(new byte[]{ 1, 2, (byte) i });
            var verifier = Signature.getInstance(algorithm);
            verifier.initVerify(pair.getPublic());
            verifier.update(new byte[]{ 1, 2, (byte) i });
            assertThat(verifier.verify(signer.sign())).isTrue();
        }
    }

    @Test void aSelfSignedCertificateIsReadWithIt(@TempDir Path folder)
            throws IOException, PemFiles.BadCertificateException {
        OpenSslProvider.install();
        PemFiles.writeSelfSigned("here.example", folder.resolve("crt"), folder.resolve("key"));
        assertThat(PemFiles.read(folder.resolve("crt"), folder.resolve("key")).key().getAlgorithm()).isEqualTo("EC");
    }

    @Test void theJdkDoesAllOtherAlgorithms() throws GeneralSecurityException {
        OpenSslProvider.install();
        var x448 = KeyPairGenerator.getInstance("XDH");
        x448.initialize(NamedParameterSpec.X448);
        assertThat(agree(KeyAgreement.getInstance("XDH"), x448.generateKeyPair().getPrivate(),
                x448.generateKeyPair().getPublic())).hasSize(56);
        var jdkPair = pair(KeyPairGenerator.getInstance("XDH", "SunEC"));
        assertThat(agree(KeyAgreement.getInstance("XDH"), jdkPair.getPrivate(),
                pair(KeyPairGenerator.getInstance("XDH")).getPublic())).hasSize(32);
        if (PROVIDER.isPresent()) assertThat(Security.getProviders()[0].getName()).isEqualTo(PROVIDER.get().getName());
    }
}
