package im.martlet.extensions.push;

import static im.martlet.extension.Hook.To.SERVICE;
import static im.martlet.extension.Hook.onGet;
import static im.martlet.extension.Hook.onSet;
import static java.nio.charset.StandardCharsets.UTF_8;

import im.martlet.address.Jid;
import im.martlet.archive.OutboxConsumers;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.extensions.pubsub.PublishedItem;
import im.martlet.form.DataForm;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.key.LogId;
import im.martlet.storage.push.PushDevices;
import im.martlet.storage.push.PushDevices.Device;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This server's own push service (XEP-0357 §3), at {@code push.} each host. A client registers the subscription that a
 * browser, or a distributor of UnifiedPush, gave it, and gets a node and a secret. The gateway sends notifications that
 * are published to the node by Web Push. Used on the mailbox of its domain.
 */
final class PushGateway {
    private static final Logger LOG = LoggerFactory.getLogger(PushGateway.class);
    private static final String NS = Notification.OWN;
    private static final int MOST_WAITING = 1000; // for one device
    private static final int LONGEST_ITEM = 100; // characters
    private static final Duration REMEMBERED = Duration.ofDays(3); // how long the ids of published items are known

    private final Supplier<PushSettings> settings;
    private final PushDevices devices;
    private final Vapid vapid;
    private final WebPush webPush;
    private final WebPushDelivery delivery;
    private final OutboxConsumers outboxConsumers;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private volatile Instant lastForgotten = Instant.EPOCH;

    @Inject PushGateway(Supplier<PushSettings> settings, PushDevices devices, Vapid vapid, WebPush webPush,
            WebPushDelivery delivery, OutboxConsumers outboxConsumers, InstantSource clock) {
        this.settings = settings;
        this.devices = devices;
        this.vapid = vapid;
        this.webPush = webPush;
        this.delivery = delivery;
        this.outboxConsumers = outboxConsumers;
        this.clock = clock;
    }

    List<Hook> hooks() {
        var label = settings.get().gateway();
        if (label.isEmpty()) return List.of();
        return List.of(new Hook.Service(label, Jid::host, declarations()),
                Hook.outbox(PushDevices.CONSUMER, delivery::take),
                new Hook.DeletionListener(owner -> devices.of(owner).forEach(device -> devices.remove(device.id()))),
                new Hook.Background(() -> {}, webPush::close));
    }

    private List<Hook.Declaration> declarations() {
        return List.of(Hook.identity(SERVICE, "pubsub", "push", "Web Push"), Hook.serviceFeature(Notification.NS),
                Hook.serviceFeature(NS), Hook.infoForm(_ -> Optional.of(keyForm())),
                onSet(SERVICE, PublishedItem.NS, "pubsub", this::publish),
                onSet(SERVICE, NS, "register", this::register), onSet(SERVICE, NS, "unregister", this::unregister),
                onGet(SERVICE, NS, "devices", this::list));
    }

    /** Returns the form with the public key that a browser needs for its subscription (RFC 8292 §3). */
    private Element keyForm() {
        return Element.of(DataForm.NS, "x").with("type", "result").with(
                DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(NS)),
                DataForm.field("vapid", "text-single").with(DataForm.value(vapid.publicKey())));
    }

    // ---- devices

    private Iq.Response register(Query query) {
        var owner = owner(query);
        var e = query.element();
        try {
            var subscription = WebPush.subscription(text(e, "endpoint"), text(e, "p256dh"), text(e, "auth"));
            var device = new Device(0, RandomIds.next(), RandomIds.next() + RandomIds.next(), query.iq().to(), owner,
                    subscription, clock.instant());
            devices.register(device, settings.get().perAccount());
            return query
                    .result(Element.of(NS, "registered").with("node", device.node()).with("secret", device.secret()));
        } catch (IllegalArgumentException e1) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE.because(String.valueOf(e1.getMessage())));
        }
    }

    private static String text(Element e, String name) {
        return e.childText(name).map(String::strip).filter(t -> !t.isEmpty()).orElseThrow(
                () -> StanzaException.badRequest("<register/> needs <endpoint/>, <p256dh/> and <auth/>"));
    }

    /** Returns the account that sent a request. Unless everybody may use the gateway, it must be of the same host. */
    private Jid owner(Query query) {
        var requester = query.iq().from();
        var host = query.iq().to().domain().substring(settings.get().gateway().length() + 1);
        boolean allowed =
                requester.hasLocal() && (requester.domain().equals(host) || settings.get().isForEverybody());
        if (!allowed)
            throw new StanzaException(
                    Condition.FORBIDDEN.because("only accounts of " + host + " may use this service"));
        return requester.bare();
    }

    private Iq.Response unregister(Query query) {
        var owner = owner(query);
        var node = query.element().attribute("node")
                .orElseThrow(() -> StanzaException.badRequest("<unregister/> needs a 'node'"));
        var device = devices.at(query.iq().to(), node).filter(d -> d.owner().equals(owner))
                .orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND.plain()));
        devices.remove(device.id());
        return query.result();
    }

    private Iq.Response list(Query query) {
        var all = devices.of(owner(query)).stream().filter(d -> d.gateway().equals(query.iq().to()))
                .map(d -> Element.of(NS, "device").with("node", d.node())
                        .with("endpoint", d.subscription().endpoint())
                        .with("registered", d.registered().truncatedTo(ChronoUnit.SECONDS)))
                .toList();
        return query.result(Element.of(NS, "devices").with(all));
    }

    // ---- notifications (XEP-0357 §7)

    private Iq.Response publish(Query query) {
        var publication = PublishedItem.read(query.element());
        if (!publication.payload().is(Notification.NS, "notification"))
            throw StanzaException.badRequest("this service accepts only a <notification/> as payload");
        if (publication.item().length() > LONGEST_ITEM) throw new StanzaException(Condition.NOT_ACCEPTABLE
                .because("the id of an item may have at most " + LONGEST_ITEM + " characters"));
        var device = devices.at(query.iq().to(), publication.node())
                .orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND.because("there is no such device")));
        checkSender(query.iq().from(), publication, device);
        var now = clock.instant();
        forgetOldItems(now);
        var note = Notification.read(publication.payload()).toElement().toString();
        switch (devices.accept(device, publication.item(), LogId.next(0, now, random.nextLong()), note, MOST_WAITING)) {
            case ACCEPTED -> outboxConsumers.wake(PushDevices.CONSUMER);
            case KNOWN -> Decision.NOT_PUSHED.log(LOG, "the gateway already has a notification with this item id",
                    device.owner(), query.iq());
            case FULL -> {
                Decision.REFUSED.log(LOG, "too many notifications wait for the device", device.owner(), query.iq());
                throw new StanzaException(
                        Condition.RESOURCE_CONSTRAINT.because("too many notifications wait for this device"));
            }
        }
        return query.result();
    }

    /**
     * Rejects a publisher that is not the server of the device's owner, or does not know the secret (XEP-0357 §3.2).
     */
    private static void checkSender(Jid sender, PublishedItem publication, Device device) {
        boolean isServer = !sender.isFull() && sender.domain().equals(device.owner().domain());
        if (!isServer || !hasSecret(publication, device)) throw new StanzaException(
                Condition.FORBIDDEN.because("only the server of the device's owner may publish, with the secret"));
    }

    private static boolean hasSecret(PublishedItem publication, Device device) {
        var secret = publication.options()
                .map(x -> x.children().stream().filter(f -> f.attribute("var").filter("secret"::equals).isPresent())
                        .findFirst().flatMap(f -> f.childText("value")).orElse(""))
                .orElse("");
        return MessageDigest.isEqual(secret.getBytes(UTF_8), device.secret().getBytes(UTF_8));
    }

    private void forgetOldItems(Instant now) {
        if (lastForgotten.plus(1, ChronoUnit.HOURS).isAfter(now)) return;
        lastForgotten = now;
        devices.forget(now.minus(REMEMBERED));
    }
}
