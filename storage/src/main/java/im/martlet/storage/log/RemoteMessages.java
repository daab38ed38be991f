package im.martlet.storage.log;

import im.martlet.storage.key.LogId;
import java.util.Collection;
import java.util.List;

/** Messages on their way to other domains, until their servers have them. Ids grow with time, as {@link LogId}s do. */
public interface RemoteMessages {
    /**
     * @param local domain of ours that it is from, prepared
     * @param remote domain that it is for, prepared
     * @param stanza as it is written to a stream
     */
    record Item(long id, String local, String remote, byte[] stanza) {}

    /** Two domains that something waits between. */
    record PendingCount(String local, String remote, long count) {}

    /** Adds messages and takes others out, all or nothing; one that is there already is left as it is. */
    void write(List<Item> added, Collection<Long> removed);

    /** What waits between two domains, with ids behind one, in order. */
    List<Item> after(String local, String remote, long id, int limit);

    /** Between whom anything waits. */
    List<PendingCount> waiting();

    /** The greatest id there is; 0 for none. */
    long last();
}
