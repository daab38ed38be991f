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
 * Makes fake verifiers for users that do not exist, so that a client cannot find out which users exist (RFC 5802 §9).
 * The salt of a name stays the same, and no password fits the verifier. The numbers of iterations have the same
 * distribution as in the accounts of the host: after the setting has changed, some have the old number and some the new
 * one. Any thread.
 */
public final class UnknownUsers {
    private static final Duration FRESH = Duration.ofMinutes(5);

    private final byte[] secret;
    private final IntSupplier standardIterations;
    private final LoadingCache<String, NavigableMap<Integer, Long>> counts; // accounts by iterations, for each host

    /**
     * @param secret the secret of this installation, the same after a restart
     * @param standardIterations returns the iterations for a host without accounts
     */
    public UnknownUsers(byte[] secret, AccountCounts accountCounts, IntSupplier standardIterations) {
        this.secret = secret.clone();
        this.standardIterations = standardIterations;
        this.counts = Caffeine.newBuilder().maximumSize(10_000).refreshAfterWrite(FRESH)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build(host -> new TreeMap<>(accountCounts.iterations(host)));
    }

    /**
     * @param user a bare, prepared JID: all spellings of a name get the same salt, and the same name on another host
     * gets another salt
     */
    Verifier verifier(ScramHash hash, Jid user) {
        int iterations = iterations(user);
        // a real account changes its salt and its iterations together
        byte[] salt = Arrays.copyOf(ScramHash.SHA_256.hmac(secret, "salt " + hash + iterations + user), 16);
        byte[] nothing = Arrays.copyOf(ScramHash.SHA_512.hmac(secret, "key " + hash + user), hash.bytes());
        return new Verifier(hash.mechanism(), salt, iterations, nothing, nothing);
    }

    /**
     * Each name has a fixed place from 0 to 1. If the share of a number of iterations grows, all its names keep that
     * number.
     */
    private int iterations(Jid user) {
        var accounts = counts.get(user.domain());
        double place = (ByteBuffer.wrap(ScramHash.SHA_256.hmac(secret, "place " + user)).getLong() >>> 11) * 0x1p-53;
        double rest = place * accounts.values().stream().mapToLong(Long::longValue).sum();
        for (Map.Entry<Integer, Long> count : accounts.entrySet()) {
            rest -= count.getValue();
            if (rest < 0) return count.getKey();
        }
        return standardIterations.getAsInt();
    }
}
