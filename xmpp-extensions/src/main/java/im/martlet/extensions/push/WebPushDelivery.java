package im.martlet.extensions.push;

import com.fasterxml.jackson.databind.ObjectMapper;
import im.martlet.extension.OutboxEntry;
import im.martlet.extension.OutboxEntry.Taken;
import im.martlet.extensions.pubsub.PublishedItem;
import im.martlet.routing.Router;
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

/**
 * Brings what was published for devices of the gateway to their push services, and tells the owner's server of a device
 * that is gone. On the outbox's threads; blocks.
 */
@Singleton
final class WebPushDelivery {
    private static final Duration CALL = Duration.ofSeconds(60);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /** Who helps it. */
    record Aids(Router router, PushTrace trace, InstantSource clock) {
        @Inject Aids {}
    }

    private final PushDevices devices;
    private final WebPush webPush;
    private final Supplier<PushSettings> settings;
    private final Aids aids;
    private final DomainBackoff pacing;
    private final ObjectMapper json = new ObjectMapper();

    @Inject WebPushDelivery(PushDevices devices, WebPush webPush, Supplier<PushSettings> settings, Aids aids) {
        this.devices = devices;
        this.webPush = webPush;
        this.settings = settings;
        this.aids = aids;
        this.pacing = new DomainBackoff(() -> settings.get().retry());
    }

    Taken take(OutboxEntry a) {
        var found = devices.find(a.addressee());
        if (found.isEmpty()) return new Taken.Yes();
        var notification = read(a.note());
        var now = aids.clock.instant();
        var left = (notification.call() ? CALL : settings.get().keep())
                .minus(Duration.between(LogId.time(a.entry()), now));
        if (!left.isPositive()) return new Taken.Yes();
        var waiting = pacing.enter(service(found.get()), now);
        if (waiting.isPresent()) return new Taken.Later(waiting.get());
        var result = webPush.send(found.get(), text(found.get(), notification),
                new WebPush.Manner(left, notification.call(), StanzaIds.text(a.entry())));
        aids.trace.note(found.get().owner(),
                "web push for " + found.get().node() + " at " + service(found.get()) + ": " + result);
        return concluded(found.get(), result, a.attempts());
    }

    private static String service(Device device) { return URI.create(device.subscription().endpoint()).getAuthority(); }

    private static Notification read(String note) {
        try {
            return Notification.read(XmlReader.parse(note));
        } catch (XmlException e) {
            throw new IllegalStateException("damaged: " + note, e);
        }
    }

    private Taken concluded(Device device, WebPush.Result result, int attempts) {
        var now = aids.clock.instant();
        if (!(result instanceof WebPush.Result.Unreachable)) pacing.reached(service(device));
        return switch (result) {
            case WebPush.Result.Accepted _, WebPush.Result.Refused _ -> new Taken.Yes();
            case WebPush.Result.Gone _ -> {
                gone(device);
                yield new Taken.Yes();
            }
            case WebPush.Result.Later(var after, _) -> new Taken.Later(now.plus(
                    after.map(WebPushDelivery::bounded).orElse(DomainBackoff.pause(attempts, settings.get().retry()))));
            case WebPush.Result.Unreachable _ -> new Taken.Later(pacing.failed(service(device), now));
        };
    }

    private static Duration bounded(Duration after) {
        if (after.compareTo(Duration.ofSeconds(1)) < 0) return Duration.ofSeconds(1);
        return after.compareTo(LONGEST_PAUSE) < 0 ? after : LONGEST_PAUSE;
    }

    /** XEP-0357 §8. */
    private void gone(Device device) {
        devices.remove(device.id());
        aids.router.route(new Message(Message.Type.NORMAL, device.gateway(), device.owner(), "", "",
                Payload.of(PublishedItem.endOf(device.node(), device.owner()))));
    }

    /** What the browser gets: JSON, and no more than fits. */
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
