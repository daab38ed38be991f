package im.martlet.dns;

/** A server cannot be found; the message says why, to a person. */
public final class LookupException extends Exception {
    private final boolean forGood;

    /** @param forGood whether the domain says so itself, and asking again is of no use */
    public LookupException(String message, boolean forGood) {
        super(message, null, false, false);
        this.forGood = forGood;
    }

    /** Whether the domain has no server, rather than that nobody could be asked. */
    public boolean isForGood() {
        return forGood;
    }
}
