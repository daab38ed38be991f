package im.martlet.extension;

import java.util.Comparator;
import java.util.List;

/**
 * The places where more than one extension acts on the same stanza, session or stream, each with the order of the
 * extensions by class name. The order is decided here and nowhere else. An extension that is not named, such as one
 * from {@code plugins/}, comes after those that are.
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
    /** Listeners for delivered stanzas. */
    DELIVERED("OutboxConsumers", "Carbons", "PepService", "Push"),
    /** Listeners for session events. */
    SESSION_EVENT("OutboxConsumers", "Bytestreams", "LastActivity", "PepService", "Push", "OfflineMessages"),
    /** Stream features, in the order in which a stream offers them. */
    STREAM_FEATURE("ClientState", "ServerCaps", "LimitsAdvertisement", "Registration", "RosterQueries",
            "ClientNegotiation", "Sasl2", "StreamManagement"),
    /** Replies to a Bind 2 request (XEP-0386). */
    BIND2_REPLY("Mam");

    private final List<String> order;

    ChainPoint(String... order) { this.order = List.of(order); }

    /** Returns the place of an interceptor. */
    static ChainPoint of(Hook.Interceptor interceptor) {
        boolean sent = interceptor.direction() == InterceptedStanza.Direction.SENT;
        return switch (interceptor.stage()) {
            case SCREEN -> sent ? SENT_SCREEN : RECEIVED_SCREEN;
            case STAMP -> sent ? SENT_STAMP : RECEIVED_STAMP;
            case ARCHIVE -> sent ? SENT_ARCHIVE : RECEIVED_ARCHIVE;
        };
    }

    /** Returns the class names that have a fixed place, in their order. */
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
