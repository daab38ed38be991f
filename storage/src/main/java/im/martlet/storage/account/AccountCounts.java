package im.martlet.storage.account;

import java.util.Map;

/** What the accounts of a host have in common, as numbers. */
public interface AccountCounts {
    /**
     * How many accounts have verifiers of how many iterations, by these; counts the accounts of the host, so not to be
     * asked often.
     */
    Map<Integer, Long> iterations(String host);
}
