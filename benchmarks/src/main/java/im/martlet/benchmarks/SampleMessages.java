package im.martlet.benchmarks;

import im.martlet.address.Jid;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Generates messages between two thousand accounts, the same on each run; one account takes part in a tenth of all. */
final class SampleMessages {
    static final int ACCOUNTS = 2_000;
    private static final int CONTACTS = 40; // of each account
    private static final String WORDS =
            "But soft what light through yonder window breaks it is the east and Juliet is the sun arise fair sun "
                    + "and kill the envious moon who is already sick and pale with grief";

    /** A message with the numbers of its sender and recipient. */
    record Said(int sender, int recipient, byte[] stanza) {}

    private final SplittableRandom random = new SplittableRandom(1597);
    private final String[] words = WORDS.split(" ");

    /** Returns the next message. */
    Said next() {
        int sender = random.nextInt(ACCOUNTS);
        int recipient = random.nextInt(10) == 0 ? 0 : contact(sender);
        return new Said(sender, recipient, stanza(sender, recipient));
    }

    /** Returns a contact of an account. */
    int contact(int account) {
        return (account + 1 + random.nextInt(CONTACTS)) % ACCOUNTS;
    }

    static Jid jid(int account) { return Jid.of("user" + account, "example.org", "phone"); }

    private byte[] stanza(int from, int to) {
        var text = new StringBuilder();
        for (int n = 4 + random.nextInt(20); n > 0; n--) text.append(words[random.nextInt(words.length)]).append(' ');
        String id = Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
        return ("<message from='" + jid(from) + "' to='" + jid(to).bare() + "' type='chat' id='" + id + "'><body>"
                + text + "</body><origin-id xmlns='urn:xmpp:sid:0' id='" + id
                + "'/><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/></message>")
                .getBytes(StandardCharsets.UTF_8);
    }
}
