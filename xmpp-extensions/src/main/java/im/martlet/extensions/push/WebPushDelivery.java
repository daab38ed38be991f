package im.martlet.extensions.push;

import com.fasterxml.jackson.databind.ObjectMapper;
import im.martlet.extension.OutboxEntry;
import im.martlet.extension.OutboxEntry.Taken;
import im.martlet.extensions.pubsub.PublishedItem;
import im.martlet.routing.Router;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.StanzaIds;
import im.martlet.storage.key.LogId;
import im.martlet.storage.push.PushDevices;
import im.martlet.storage.push.PushDevices.Device;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlReader;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the gateway's notifications to the push services of browsers. Tells the server of a device's owner that the
 * device is gone. Runs on the outbox's threads. Blocks.
 */
@Singleton
final class WebPushDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(WebPushDelivery.class);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final PushDevices devices;
    private final WebPush webPush;
    private final Supplier<PushSettings> settings;
    private final Router router;
    private final PushTrace trace;
    private final InstantSource clock;
    private final DomainBackoff backoff;
    private final ObjectMapper json = new ObjectMapper();

    @Inject WebPushDelivery(PushDevices devices, WebPush webPush, Supplier<PushSettings> settings, Router router,
            PushTrace trace, InstantSource clock) {
        this.devices = devices;
        this.webPush = webPush;
        this.settings = settings;
        this.router = router;
        this.trace = trace;
        this.clock = clock;
        this.backoff = new DomainBackoff(() -> settings.get().retry());
    }

    Taken take(OutboxEntry entry) {
        var found = devices.find(entry.addressee());
        if (found.isEmpty()) {
            log(Decision.NOT_PUSHED, null, entry, "the device is no longer registered at the gateway");
            return new Taken.Yes();
        }
        var device = found.get();
        var notification = read(entry.note());
        var now = clock.instant();
        var left = (notification.call() ? Notification.CALL_LIFETIME : settings.get().keep())
                .minus(Duration.between(LogId.time(entry.entry()), now));
        if (!left.isPositive()) {
            log(Decision.NOT_PUSHED, device, entry, "the notification is too old");
            return new Taken.Yes();
        }
        var later = backoff.enter(service(device), now);
        if (later.isPresent()) {
            log(Decision.HELD_BACK, device, entry,
                    "the push service of the device could not be reached; next attempt " + later.get());
            return new Taken.Later(later.get());
        }
        var result = webPush.send(device, text(device, notification),
                new WebPush.DeliveryOptions(left, notification.call(), StanzaIds.text(entry.entry())));
        trace.note(device.owner(), "web push for " + device.node() + " at " + service(device) + ": " + result);
        return evaluate(device, result, entry);
    }

    private static void log(Decision decision, @Nullable Device device, OutboxEntry entry, String reason) {
        decision.log(LOG, reason, device == null ? null : device.owner(), StanzaIds.text(entry.entry()));
    }

    private static String service(Device device) { return URI.create(device.subscription().endpoint()).getAuthority(); }

    private static Notification read(String note) {
        try {
            return Notification.read(XmlReader.parse(note));
        } catch (XmlException e) {
            throw new IllegalStateException("the stored notification is damaged: " + note, e);
        }
    }

    private Taken evaluate(Device device, WebPush.Result result, OutboxEntry entry) {
        var now = clock.instant();
        if (!(result instanceof WebPush.Result.Unreachable)) backoff.reached(service(device));
        return switch (result) {
            case WebPush.Result.Accepted _ -> new Taken.Yes();
            case WebPush.Result.Refused(var reason) -> {
                log(Decision.NOT_PUSHED, device, entry,
                        "the push service of the device refused the message: " + reason);
                yield new Taken.Yes();
            }
            case WebPush.Result.Gone(var status) -> {
                log(Decision.NOT_PUSHED, device, entry,
                        "the push service does not know the device: HTTP status " + status);
                gone(device);
                yield new Taken.Yes();
            }
            case WebPush.Result.Later(var after, var reason) -> {
                log(Decision.HELD_BACK, device, entry, "the push service of the device is busy: " + reason);
                yield new Taken.Later(now.plus(after.map(WebPushDelivery::bounded)
                        .orElse(DomainBackoff.pause(entry.attempts(), settings.get().retry()))));
            }
            case WebPush.Result.Unreachable(var reason) -> {
                log(Decision.HELD_BACK, device, entry,
                        "the push service of the device could not be reached: " + reason);
                yield new Taken.Later(backoff.failed(service(device), now));
            }
        };
    }

    private static Duration bounded(Duration after) {
        if (after.compareTo(Duration.ofSeconds(1)) < 0) return Duration.ofSeconds(1);
        return after.compareTo(LONGEST_PAUSE) < 0 ? after : LONGEST_PAUSE;
    }

    /** Deletes a device, and tells its owner's server (XEP-0357 §8). */
    private void gone(Device device) {
        devices.remove(device.id());
        router.route(new Message(Message.Type.NORMAL, device.gateway(), device.owner(), "", "",
                Payload.of(PublishedItem.endOf(device.node(), device.owner()))));
    }

    /** Returns the JSON that the browser gets. Leaves the text, and then the sender, out if it would be too long. */
    private byte[] text(Device device, Notification n) {
        var all = new LinkedHashMap<String, Object>();
        all.put("type", n.call() ? "call" : "message");
        all.put("account", device.owner().toString());
        all.put("count", n.count());
        n.sender().ifPresent(sender -> all.put("from", sender));
        n.body().ifPresent(body -> all.put("body", body));
        try {
            var text = json.writeValueAsBytes(all);
            if (text.length <= WebPushEncryption.LONGEST) return text;
            all.remove("body");
            var shorter = json.writeValueAsBytes(all);
            if (shorter.length <= WebPushEncryption.LONGEST) return shorter;
            all.remove("from");
            return json.writeValueAsBytes(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
