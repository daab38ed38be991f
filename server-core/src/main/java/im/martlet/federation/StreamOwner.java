package im.martlet.federation;

/** Whoever sends over a stream. Calls return at once and may come from any thread. */
interface StreamOwner {
    /** The peer says how many stanzas it has handled (XEP-0198). */
    void acknowledged(ServerStream stream, long h);

    /** Does something behind all that was sent over the stream so far. */
    void then(Runnable work);

    /** Called several times a second. */
    void tick(ServerStream stream, long now);

    /** Nothing more can be sent over the stream. */
    void gone(ServerStream stream);
}
