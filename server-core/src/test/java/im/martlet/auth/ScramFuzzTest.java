package im.martlet.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damages SCRAM exchanges at random. Each must end with a SASL failure, and none may succeed. */
class ScramFuzzTest {
    private static final int ROUNDS = Integer.getInteger("martlet.fuzz", 300);
    private static final String ALPHABET = "=,nypacrvm0Az+/\u0000\u00e4\ud83d\udc26";

    private static String damage(String good, Random random) {
        var text = new StringBuilder(good);
        int at = random.nextInt(good.length());
        switch (random.nextInt(4)) {
            case 0 -> text.setCharAt(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            case 1 -> text.delete(at, at + 1 + random.nextInt(20));
            case 2 -> text.insert(at, ALPHABET.substring(random.nextInt(ALPHABET.length())));
            default -> text.insert(at, good, random.nextInt(at + 1), at);
        }
        return text.toString();
    }

    private static String beforeProof(String message) { return message.replaceFirst(",p=.*", ""); }

    @Test void aDamagedExchangeEndsWithASaslFailure() throws Exception {
        long seed = Long.getLong("martlet.fuzz.seed", System.nanoTime());
        var random = new Random(seed);
        var accounts = new MemoryAccounts();
        accounts.create(Jid.parse("juliet@localhost"), new ScramPasswordHasher(() -> 4096).verifiers("pencil"));
        var authenticator = new Authenticator(accounts, new LoginThrottle(() -> 1_000_000, InstantSource.system()),
                new UnknownUsers(new byte[32], _ -> Map.of(), () -> 4096), MemoryTokens.tokens(accounts),
                () -> "server");
        var channel = new SaslChannel(true, InetAddress.getLoopbackAddress(), _ -> Optional.empty());
        var client = new ScramClient("SHA256", "juliet", "pencil", "client", "n,,", new byte[0]);
        int successes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            var exchange = authenticator.begin("SCRAM-SHA-256", "localhost", channel).orElseThrow();
            var first = random.nextInt(3) == 0 ? damage(client.first(), random) : client.first();
            if (!(exchange.next(first.getBytes(UTF_8)) instanceof SaslExchange.Outcome.Challenge(byte[] challenge))
                    || challenge.length == 0)
                continue; // an empty message gets an empty challenge
            var good = client.last(new String(challenge, UTF_8));
            var last = random.nextInt(5) == 0 ? good : damage(good, random);
            for (String message : List.of(last, last)) { // repeated after its failure or success
                if (!(exchange.next(message.getBytes(UTF_8)) instanceof SaslExchange.Outcome.Success)) continue;
                successes++;
                // base64 has several forms of the same proof; all other parts must be unchanged
                assertThat(List.of(first, beforeProof(last))).as("seed " + seed).containsExactly(client.first(),
                        beforeProof(good));
            }
        }
        assertThat(successes).as("seed " + seed).isPositive();
    }
}
