package im.martlet.storage.push;

import im.martlet.address.Jid;
import im.martlet.storage.key.LogId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Devices that this server's own gateway sends notifications to, by Web Push; and what waits to be sent. */
public interface PushDevices {
    /** Under which name what waits for a device is in the outbox, with the device's id as the addressee. */
    String CONSUMER = "webpush";

    /**
     * What a client has said of its device.
     *
     * @param endpoint where to send to, at most 2,000 letters (RFC 8030 §4)
     * @param key the public key of the client's browser (RFC 8291 §2), in Base64 for URLs, as is {@code auth}
     */
    record Subscription(String endpoint, String key, String auth) {}

    /**
     * @param node what it is published at, at most 40 letters
     * @param secret who publishes knows it; at most 60 letters
     * @param gateway whose it is
     * @param owner bare
     */
    record Device(long id, String node, String secret, Jid gateway, Jid owner, Subscription subscription,
            Instant registered) {}

    /**
     * Adds a device, in place of those of its owner that have the same endpoint.
     *
     * @param device its id is not looked at
     * @param most that one owner may have at a gateway; beyond it those go that were registered the longest ago
     */
    void register(Device device, int most);

    Optional<Device> find(long id);

    Optional<Device> at(Jid gateway, String node);

    /** Those of an owner at any gateway here. */
    List<Device> of(Jid owner);

    void remove(long id);

    /** What to do with something that was published. */
    enum Acceptance {
        /** It waits to be sent. */
        ACCEPTED,
        /** It was published before. */
        KNOWN,
        /** Too much waits already. */
        FULL
    }

    /**
     * Takes what was published for a device, once.
     *
     * @param item at most 100 letters; empty for something that has no name, and so is new
     * @param entry see {@link LogId}; it tells when
     * @param note for who sends it
     * @param most that may wait for one device
     */
    Acceptance accept(Device device, String item, long entry, String note, int most);

    /** Forgets what was published before a moment. */
    void forget(Instant before);
}
