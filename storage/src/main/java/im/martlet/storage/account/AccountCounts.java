package im.martlet.storage.account;

import java.util.Map;

/** Counts over all accounts of a host. */
public interface AccountCounts {
    /**
     * Returns the number of accounts for each number of SCRAM iterations. Reads all accounts of the host, so call it
     * rarely.
     */
    Map<Integer, Long> iterations(String host);
}
