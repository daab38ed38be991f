package im.martlet.extension;

/** The order in which interceptors see a stanza. This file is the only place where that order is decided. */
public enum InterceptorStage {
    /** May refuse: blocking, limits. What fails here refuses. */
    SCREEN,
    /** Puts on what the server says of a stanza, takes off what a client may not say. */
    STAMP,
    /** Writes it down. */
    ARCHIVE
}
