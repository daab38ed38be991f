package im.martlet.dns;

/** The server of a domain cannot be found. The message gives the reason, for users and admins. */
public final class LookupException extends Exception {
    private final boolean forGood;

    /** @param forGood whether DNS itself gives the reason, so that asking again is useless */
    public LookupException(String message, boolean forGood) {
        super(message, null, false, false);
        this.forGood = forGood;
    }

    /** Returns true if the domain has no usable server, false if DNS did not answer. */
    public boolean isForGood() {
        return forGood;
    }
}
