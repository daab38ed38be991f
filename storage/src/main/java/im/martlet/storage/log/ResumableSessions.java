package im.martlet.storage.log;

import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.OptionalLong;

/** Resumable streams and the number of their handled stanzas (XEP-0198 §5). The {@link Journal} writes them. */
public interface ResumableSessions {
    /** Returns the number of handled stanzas of an account's stream; empty when the stream is unknown. */
    OptionalLong handled(AccountKey account, String stream);

    /** Deletes streams that were last written before a moment; returns their number. */
    int forget(Instant before);
}
