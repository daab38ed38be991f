package im.martlet.stanza;

import static im.martlet.stanza.KeepPolicy.HISTORY;
import static im.martlet.stanza.KeepPolicy.NOTHING;
import static im.martlet.stanza.KeepPolicy.UNTIL_DELIVERED;

import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import java.util.Collection;
import java.util.Optional;

/**
 * The kinds of elements that a message may carry. This table is the only place that decides whether a message is
 * history, is urgent, is copied to other sessions (XEP-0280), or can wait for an inactive client (XEP-0352). Pure.
 */
public enum MessageContent {
    /** Text that the sender has written (RFC 6121 §5.2.3). */
    BODY(HISTORY, Urgency.MESSAGE, true),
    /** A chat state, such as composing (XEP-0085). */
    CHAT_STATE(NOTHING, Urgency.NONE, true),
    /**
     * A processing hint (XEP-0334) or a conversation thread. A message with only those and a chat state says no more.
     */
    ANNOTATION(NOTHING, Urgency.NONE, false),
    /**
     * Data of a server: stanza id, delay, carbon, PubSub event, archive result. An archive result is in the archive
     * already.
     */
    SERVER_DATA(NOTHING, Urgency.NONE, false),
    /** A delivery receipt (XEP-0184) or a chat marker (XEP-0333). */
    RECEIPT(HISTORY, Urgency.NONE, true),
    /** A change of an earlier message: retraction, reaction, correction. */
    CHANGE(HISTORY, Urgency.NONE, false),
    /** An incoming call (XEP-0353 §3.1, XEP-0482). */
    CALL(HISTORY, Urgency.CALL, false),
    /** A later state of a call: accepted, rejected, ended. */
    CALL_STATE(HISTORY, Urgency.NONE, false),
    /** An OMEMO message (XEP-0384) that carries an encrypted text. */
    OMEMO_MESSAGE(HISTORY, Urgency.MESSAGE, true),
    /** An OMEMO message that only transports keys. */
    OMEMO_KEYS(HISTORY, Urgency.NONE, true),
    /** Another encrypted message, or a file. */
    OPAQUE_MESSAGE(HISTORY, Urgency.MESSAGE, false),
    /** A note that a message is encrypted (XEP-0380). */
    ENCRYPTION_NOTE(HISTORY, Urgency.NONE, false),
    /** An invitation to a room, sent directly (XEP-0249). */
    INVITATION(HISTORY, Urgency.MESSAGE, true),
    /** Words of a room about its occupants or an invitation (XEP-0045). */
    ROOM_DATA(UNTIL_DELIVERED, Urgency.NONE, true),
    /** A notice that a room mentions the account (XEP-0452). */
    MENTION(UNTIL_DELIVERED, Urgency.MESSAGE, false),
    /** An element that the server does not know. */
    OTHER(UNTIL_DELIVERED, Urgency.NONE, false);

    private static final String ROOM = "the message comes from an occupant of a room";

    private final KeepPolicy keep;
    private final Urgency urgency;
    private final boolean copied;

    /**
     * @param copied whether a message of type normal that carries such an element is copied (XEP-0280 §6.1); one of
     * type chat always is
     */
    MessageContent(KeepPolicy keep, Urgency urgency, boolean copied) {
        this.keep = keep;
        this.urgency = urgency;
        this.copied = copied;
    }

    KeepPolicy keep() { return keep; }

    Urgency urgency() { return urgency; }

    /** Returns the kind of a child element of a message. */
    static MessageContent of(Element e) {
        return switch (e.namespace()) {
            case Stanza.CLIENT -> switch (e.name()) {
                case "body" -> BODY;
                case "thread" -> ANNOTATION;
                default -> OTHER;
            };
            case Namespaces.HINTS -> ANNOTATION;
            case Namespaces.CHAT_STATES -> CHAT_STATE;
            case Namespaces.STANZA_ID, Namespaces.DELAY, Namespaces.CARBONS, Namespaces.PUBSUB_EVENT,
                    Namespaces.ARCHIVE -> SERVER_DATA;
            case Namespaces.RECEIPTS, Namespaces.CHAT_MARKERS -> RECEIPT;
            case KeepPolicy.RETRACT, "urn:xmpp:reactions:0", Namespaces.CORRECTION, "urn:xmpp:fasten:0" -> CHANGE;
            case "urn:xmpp:jingle-message:0" -> e.name().equals("propose") ? CALL : CALL_STATE;
            case "urn:xmpp:call-invites:0" -> e.name().equals("invite") ? CALL : CALL_STATE;
            case Namespaces.OMEMO, Namespaces.LEGACY_OMEMO ->
                    e.child("payload").isPresent() ? OMEMO_MESSAGE : OMEMO_KEYS;
            case "urn:xmpp:openpgp:0", "jabber:x:encrypted", "jabber:x:oob", "urn:xmpp:sfs:0" -> OPAQUE_MESSAGE;
            case "urn:xmpp:eme:0" -> ENCRYPTION_NOTE;
            case Namespaces.DIRECT_INVITATION -> INVITATION;
            case Namespaces.MUC_USER -> ROOM_DATA;
            case Namespaces.MENTION -> MENTION;
            default -> OTHER;
        };
    }

    /**
     * Returns the reason why a message is not copied to the other sessions of an account (XEP-0280 §6.1); empty when it
     * is copied.
     *
     * @param sent true if a session of the account sent the message, false if the account received it
     */
    public static Optional<String> notCopiedBecause(Message m, boolean sent) {
        if (m.has(Namespaces.CARBONS, "private")) return Optional.of("the sender marked the message as private");
        if (m.has(Namespaces.HINTS, "no-copy")) return Optional.of("the message has the hint no-copy");
        if (m.payload().elements().stream().anyMatch(MessageContent::isCarbon))
            return Optional.of("the message is a copy itself");
        boolean fromRoom = !sent && m.child(Namespaces.MUC_USER, "x").filter(x -> x.children().isEmpty()).isPresent();
        return switch (m.type()) {
            case CHAT -> fromRoom ? Optional.of(ROOM) : Optional.empty();
            case NORMAL -> fromRoom ? Optional.of(ROOM)
                    : m.payload().elements().stream().anyMatch(e -> of(e).copied) ? Optional.empty()
                    : Optional.of("the message is of type normal and carries nothing of a conversation");
            case ERROR -> Optional.of("the message is of type error");
            case GROUPCHAT -> Optional.of("the message is of type groupchat");
            case HEADLINE -> Optional.of("the message is of type headline");
        };
    }

    /** Returns true for the wrapper of a copy (XEP-0280 §7, §8). */
    public static boolean isCarbon(Element e) {
        return e.is(Namespaces.CARBONS, "sent") || e.is(Namespaces.CARBONS, "received");
    }

    /** Returns true if a payload says that the sender is typing, or stopped, and nothing else (XEP-0352 §5.1). */
    public static boolean isOnlyChatState(Collection<Element> payload) {
        boolean found = false;
        for (Element e : payload) switch (of(e)) {
            case CHAT_STATE -> found = true;
            case ANNOTATION -> {}
            case BODY, SERVER_DATA, RECEIPT, CHANGE, CALL, CALL_STATE, OMEMO_MESSAGE, OMEMO_KEYS, OPAQUE_MESSAGE,
                    ENCRYPTION_NOTE, INVITATION, ROOM_DATA, MENTION, OTHER -> {
                        return false;
                    }
        }
        return found;
    }
}
