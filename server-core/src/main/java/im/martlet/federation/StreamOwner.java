package im.martlet.federation;

/**
 * The owner of a stream: the route that sends over it. The stream tells its events; each call returns at once and may
 * come from any thread.
 */
interface StreamOwner {
    /** The remote server has acknowledged stanzas (XEP-0198). @param h its count; negative if it cannot be read */
    void acknowledged(ServerStream stream, long h);

    /** Runs work after the stanzas that the owner has sent so far, and before the next. */
    void then(Runnable work);

    /** Time has passed: called several times a second, on the clock's thread. */
    void tick(ServerStream stream, long now);

    /** The stream is over: nothing more can be sent over it. */
    void gone(ServerStream stream);
}
