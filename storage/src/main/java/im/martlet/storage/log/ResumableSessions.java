package im.martlet.storage.log;

import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Streams that could be resumed, and how many of their stanzas were handled (XEP-0198 §5); written through the
 * {@link Journal}.
 */
public interface ResumableSessions {
    /** How many stanzas of an account's stream were handled; empty when nothing is known of it. */
    OptionalLong handled(AccountKey account, String stream);

    /** Forgets streams that were last written to before a moment; answers how many. */
    int forget(Instant before);
}
