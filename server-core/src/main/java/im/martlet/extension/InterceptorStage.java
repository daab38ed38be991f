package im.martlet.extension;

/** The stages that a stanza passes, in this order. {@link ChainPoint} has the order inside a stage. */
public enum InterceptorStage {
    /** Refuses stanzas, for example of blocked contacts. An interceptor that fails here refuses the stanza. */
    SCREEN,
    /** Adds the server's own elements, and removes elements that a client must not send. */
    STAMP,
    /** Stores the stanza. */
    ARCHIVE
}
