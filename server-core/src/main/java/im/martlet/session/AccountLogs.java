package im.martlet.session;

import im.martlet.storage.key.AccountKey;
import im.martlet.storage.log.Archive;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.security.SecureRandom;

/** Opens the logs of accounts and rooms. Any thread. */
@Singleton
public final class AccountLogs {
    private static final int NUMBERS_AT_ONCE = 512; // a call of the generator for each costs more than a log entry

    private final Archive archive;
    private final JournalCommits commits;
    private final SecureRandom random = new SecureRandom();
    private final byte[] bytes = new byte[NUMBERS_AT_ONCE * Long.BYTES];
    private LongBuffer numbers = LongBuffer.allocate(0); // guarded by this

    @Inject public AccountLogs(Archive archive, JournalCommits commits) {
        this.archive = archive;
        this.commits = commits;
    }

    /**
     * Opens the log of an owner that is no account, such as a room. All its entries are archived, and none waits for
     * delivery. On the owner's mailbox. The log must not be opened again while it has uncommitted entries.
     *
     * @param whenWritten called on any thread when all entries are committed
     */
    public AccountLog open(AccountKey owner, Runnable whenWritten) {
        return new AccountLog(owner, this, whenWritten, 1);
    }

    Archive.State state(AccountKey account, int most) { return archive.state(account, most); }

    JournalCommits commits() { return commits; }

    synchronized long random() {
        if (!numbers.hasRemaining()) {
            random.nextBytes(bytes);
            numbers = ByteBuffer.wrap(bytes).asLongBuffer();
        }
        return numbers.get();
    }
}
