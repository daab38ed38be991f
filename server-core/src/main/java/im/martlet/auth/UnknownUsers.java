package im.martlet.auth;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import im.martlet.address.Jid;
import im.martlet.storage.account.AccountCounts;
import im.martlet.storage.account.Accounts.Verifier;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.function.IntSupplier;

/**
 * What is shown to somebody who asks for a user that does not exist: a salt that stays the same, and a verifier that no
 * password fits, so that nobody learns who exists (RFC 5802 §9). Iterations are spread over the names as they are over
 * the accounts of the host: after the setting has changed, some have the old number and some the new one, here as
 * there. Any thread.
 */
public final class UnknownUsers {
    private static final Duration FRESH = Duration.ofMinutes(5);

    private final byte[] secret;
    private final IntSupplier otherwise;
    private final LoadingCache<String, NavigableMap<Integer, Long>> counts; // hosts are the configuration's

    /**
     * @param secret of this installation, the same after a restart
     * @param otherwise iterations where there is no account yet
     */
    public UnknownUsers(byte[] secret, AccountCounts census, IntSupplier otherwise) {
        this.secret = secret.clone();
        this.otherwise = otherwise;
        this.counts = Caffeine.newBuilder().maximumSize(10_000).refreshAfterWrite(FRESH)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build(host -> new TreeMap<>(census.iterations(host)));
    }

    /**
     * @param user bare and prepared, as accounts are: however a name is spelt, its salt is the same, and another on
     * each host
     */
    Verifier verifier(ScramHash hash, Jid user) {
        int iterations = iterations(user);
        byte[] salt = Arrays.copyOf(ScramHash.SHA_256.hmac(secret, "salt " + hash + iterations + user), 16); // other iterations come with another password
        byte[] nothing = Arrays.copyOf(ScramHash.SHA_512.hmac(secret, "key " + hash + user), hash.bytes());
        return new Verifier(hash.mechanism(), salt, iterations, nothing, nothing);
    }

    /** Each name has its place among all; where one number's part of them grows, no name leaves it. */
    private int iterations(Jid user) {
        var accounts = counts.get(user.domain());
        double place = (ByteBuffer.wrap(ScramHash.SHA_256.hmac(secret, "place " + user)).getLong() >>> 11) * 0x1p-53; // from 0 to 1
        double rest = place * accounts.values().stream().mapToLong(Long::longValue).sum();
        for (Map.Entry<Integer, Long> count : accounts.entrySet()) {
            rest -= count.getValue();
            if (rest < 0) return count.getKey();
        }
        return otherwise.getAsInt();
    }
}
