package im.martlet.storage.push;

import im.martlet.address.Jid;
import im.martlet.storage.key.LogId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Devices that receive notifications from this server's own gateway by Web Push, and the notifications that wait. */
public interface PushDevices {
    /** The consumer's name in the outbox; the device's id is the addressee. */
    String CONSUMER = "webpush";

    /**
     * The Web Push subscription of a device.
     *
     * @param endpoint the URL for notifications, at most 2,000 characters (RFC 8030 §4)
     * @param key the public key of the client's browser (RFC 8291 §2), in Base64 for URLs
     * @param auth the authentication secret (RFC 8291 §2), in Base64 for URLs
     */
    record Subscription(String endpoint, String key, String auth) {}

    /**
     * A registered device.
     *
     * @param node the node to publish to, at most 40 characters
     * @param secret the secret of authorised publishers, at most 60 characters
     * @param gateway the address of the gateway
     * @param owner the bare address of the owner
     */
    record Device(long id, String node, String secret, Jid gateway, Jid owner, Subscription subscription,
            Instant registered) {}

    /**
     * Adds a device, in place of the owner's devices with the same endpoint.
     *
     * @param device the device; its id is ignored
     * @param most the maximum number of one owner's devices at a gateway; the oldest registrations beyond it are
     * deleted
     */
    void register(Device device, int most);

    Optional<Device> find(long id);

    Optional<Device> at(Jid gateway, String node);

    /** Returns the devices of an owner at any gateway of this server. */
    List<Device> of(Jid owner);

    void remove(long id);

    /** The outcome of a publication. */
    enum Acceptance {
        /** The notification waits to be sent. */
        ACCEPTED,
        /** The notification was published before. */
        KNOWN,
        /** Too many notifications wait already. */
        FULL
    }

    /**
     * Accepts a publication for a device, once.
     *
     * @param item the item's name, at most 100 characters; empty for an item without a name, which counts as new
     * @param entry the id and time of the entry, see {@link LogId}
     * @param note the content for the sender of the notification
     * @param most the maximum number of notifications that wait for one device
     */
    Acceptance accept(Device device, String item, long entry, String note, int most);

    /** Deletes the records of publications before a moment. */
    void forget(Instant before);
}
