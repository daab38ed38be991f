package im.martlet.storage.log;

import im.martlet.storage.key.LogId;
import java.util.Collection;
import java.util.List;

/**
 * Messages on their way to other domains, until the remote servers have them. Ids grow with time, like {@link LogId}s.
 */
public interface RemoteMessages {
    /**
     * A message on its way.
     *
     * @param local the sending domain on this server, prepared
     * @param remote the receiving domain, prepared
     * @param stanza the bytes for the stream
     */
    record Item(long id, String local, String remote, byte[] stanza) {}

    /** The number of messages that wait between two domains. */
    record PendingCount(String local, String remote, long count) {}

    /** Adds messages and removes others in one transaction; leaves a message that is already stored as it is. */
    void write(List<Item> added, Collection<Long> removed);

    /** Returns the messages between two domains with ids above {@code id}, in order. */
    List<Item> after(String local, String remote, long id, int limit);

    /** Returns the pairs of domains with waiting messages. */
    List<PendingCount> waiting();

    /** Returns the greatest id; 0 if there is none. */
    long last();
}
