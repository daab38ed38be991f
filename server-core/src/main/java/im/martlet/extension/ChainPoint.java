package im.martlet.extension;

import java.util.Comparator;
import java.util.List;

/**
 * The points where several extensions act on the same stanza, session or stream. Each point has the order of its
 * extensions, by simple class name. This enum is the only place of that order; {@code docs/CHAIN.md} is made from it.
 * An extension without a place here, such as one from {@code plugins/}, comes after all others.
 */
public enum ChainPoint {
    /** Interceptors of {@link InterceptorStage#SCREEN} on stanzas that local sessions send. */
    SENT_SCREEN("Blocking", "StanzaMeters"),
    /** Interceptors of {@link InterceptorStage#STAMP} on stanzas that local sessions send. */
    SENT_STAMP("MessageArchiver", "DelayedDelivery", "DisplayedSync", "PepService", "RoomRejoin", "Avatars"),
    /** Interceptors of {@link InterceptorStage#ARCHIVE} on stanzas that local sessions send. */
    SENT_ARCHIVE("MessageArchiver"),
    /** Interceptors of {@link InterceptorStage#SCREEN} on stanzas that arrive for local accounts. */
    RECEIVED_SCREEN("Abuse", "Blocking", "LastActivity", "Push", "RoomRejoin", "StanzaMeters"),
    /** Interceptors of {@link InterceptorStage#STAMP} on stanzas that arrive for local accounts. */
    RECEIVED_STAMP("MessageArchiver", "Carbons", "DelayedDelivery"),
    /** Interceptors of {@link InterceptorStage#ARCHIVE} on stanzas that arrive for local accounts. */
    RECEIVED_ARCHIVE("MessageArchiver"),
    /** Listeners that hear of delivered stanzas. */
    DELIVERED("OutboxConsumers", "Carbons", "PepService", "Push"),
    /** Listeners that hear of session events. */
    SESSION_EVENT("OutboxConsumers", "Bytestreams", "LastActivity", "PepService", "Push", "OfflineMessages"),
    /** Stream features. A stream offers them in this order. */
    STREAM_FEATURE("ClientState", "ServerCaps", "LimitsAdvertisement", "Registration", "RosterQueries",
            "ClientNegotiation", "Sasl2", "StreamManagement"),
    /** Replies to a Bind 2 request (XEP-0386). */
    BIND2_REPLY("Mam");

    private final List<String> order;

    ChainPoint(String... order) { this.order = List.of(order); }

    /** Returns the point at which an interceptor acts. */
    static ChainPoint of(Hook.Interceptor interceptor) {
        boolean sent = interceptor.direction() == InterceptedStanza.Direction.SENT;
        return switch (interceptor.stage()) {
            case SCREEN -> sent ? SENT_SCREEN : RECEIVED_SCREEN;
            case STAMP -> sent ? SENT_STAMP : RECEIVED_STAMP;
            case ARCHIVE -> sent ? SENT_ARCHIVE : RECEIVED_ARCHIVE;
        };
    }

    /** Returns the class names with a fixed place, in their order. */
    public List<String> order() { return order; }

    /** Compares extensions by their place at this point. */
    Comparator<Extension> comparator() {
        return Comparator.<Extension>comparingInt(this::place)
                .thenComparing(extension -> extension.getClass().getName());
    }

    private int place(Extension extension) {
        int place = order.indexOf(extension.getClass().getSimpleName());
        return place < 0 ? order.size() : place;
    }
}
