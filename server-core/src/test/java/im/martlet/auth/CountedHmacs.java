package im.martlet.auth;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Provider;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.MacSpi;

/**
 * Counts the HMACs that the JDK computes while this provider is installed. The count is the cost of a login, without
 * measuring time.
 */
final class CountedHmacs extends Provider implements AutoCloseable {
    private final transient AtomicInteger computed = new AtomicInteger();

    CountedHmacs() {
        super("CountedHmacs", "1", "counts");
        for (String algorithm : List.of("HmacSHA1", "HmacSHA256", "HmacSHA512"))
            putService(new Service(this, "Mac", algorithm, Counted.class.getName(), null, Map.of()) {
                @Override public Object newInstance(Object parameter) { return new Counted(algorithm, computed); }
            });
        Security.insertProviderAt(this, 1);
    }

    int computed() { return computed.get(); }

    @Override public void close() { Security.removeProvider(getName()); }

    private static final class Counted extends MacSpi {
        private final Mac mac;
        private final AtomicInteger computed;

        Counted(String algorithm, AtomicInteger computed) {
            try {
                this.mac = Mac.getInstance(algorithm, "SunJCE");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
            this.computed = computed;
        }

        @Override protected int engineGetMacLength() { return mac.getMacLength(); }

        @Override protected void engineInit(Key key, AlgorithmParameterSpec parameters)
                throws java.security.InvalidKeyException {
            mac.init(key);
        }

        @Override protected void engineUpdate(byte input) { mac.update(input); }

        @Override protected void engineUpdate(byte[] input, int offset, int length) {
            mac.update(input, offset, length);
        }

        @Override protected byte[] engineDoFinal() {
            computed.incrementAndGet();
            return mac.doFinal();
        }

        @Override protected void engineReset() { mac.reset(); }
    }
}
