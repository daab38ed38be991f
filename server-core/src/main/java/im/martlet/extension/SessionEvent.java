package im.martlet.extension;

import im.martlet.session.Session;

/** An event of a session. Listeners hear it on the mailbox of the session's account. */
public sealed interface SessionEvent {
    Session session();

    /** The session bound a resource. */
    record Bound(Session session) implements SessionEvent {}

    /** The session became available: it sent its first presence, or the first after an unavailable one. */
    record Available(Session session) implements SessionEvent {}

    /** An available presence of the session, the first or a later one, was sent to all contacts that may see it. */
    record Presented(Session session, im.martlet.stanza.Presence presence) implements SessionEvent {}

    /** The session now gets messages for the bare JID, and did not before. */
    record ReadyForMessages(Session session) implements SessionEvent {}

    /** The session is no longer available. */
    record Unavailable(Session session, im.martlet.stanza.Presence presence) implements SessionEvent {}

    /** The session lost its connection and waits for its client to resume it. */
    record Detached(Session session) implements SessionEvent {}

    /** The session is about to end. Its undelivered stanzas are redelivered next. */
    record BeforeEnd(Session session) implements SessionEvent {}

    /** The session has ended. */
    record Closed(Session session) implements SessionEvent {}
}
