package im.martlet.extension;

import im.martlet.session.Session;

/** What happens to a session, told on its account's mailbox. */
public sealed interface SessionEvent {
    Session session();

    /** A resource was bound. */
    record Bound(Session session) implements SessionEvent {}

    /** The first presence of a session, or the first after an unavailable one. */
    record Available(Session session) implements SessionEvent {}

    /** A presence of the session has gone to everyone who may see it: the first, or another. */
    record Presented(Session session, im.martlet.stanza.Presence presence) implements SessionEvent {}

    /** The session may receive messages for the bare JID now, and could not before. */
    record ReadyForMessages(Session session) implements SessionEvent {}

    /** A session that was available is no longer. */
    record Unavailable(Session session, im.martlet.stanza.Presence presence) implements SessionEvent {}

    /** The session has lost its connection, and waits to be resumed. */
    record Detached(Session session) implements SessionEvent {}

    /** The session is given up; what it has left over goes elsewhere next. */
    record BeforeEnd(Session session) implements SessionEvent {}

    /** The session is gone. */
    record Closed(Session session) implements SessionEvent {}
}
