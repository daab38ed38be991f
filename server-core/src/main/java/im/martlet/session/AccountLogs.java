package im.martlet.session;

import im.martlet.storage.key.AccountKey;
import im.martlet.storage.log.Archive;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.security.SecureRandom;

/** Opens the logs of accounts. Any thread. */
@Singleton
public final class AccountLogs {
    private static final int AT_ONCE = 512;

    private final Archive archive;
    private final JournalCommits commits;
    private final SecureRandom random = new SecureRandom();
    private final byte[] bytes = new byte[AT_ONCE * Long.BYTES];
    private LongBuffer numbers = LongBuffer.allocate(0); // guarded by this: to ask the generator each time costs more than an entry

    @Inject public AccountLogs(Archive archive, JournalCommits commits) {
        this.archive = archive;
        this.commits = commits;
    }

    /**
     * The log of an owner that is no account, such as a room: what it has is history, and nothing in it waits to be
     * delivered. Of the owner's mailbox; nobody may open it anew while it has something that is not written.
     *
     * @param whenWritten called when nothing is unwritten any more, on any thread
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
