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

/**
 * A push service of this server's own (XEP-0357 §3), at {@code push.} each host: clients register what a browser, or a
 * distributor of UnifiedPush, has given them, and get a node and a secret for it; what is published there goes out by
 * Web Push. On the mailbox of its domain.
 */
final class PushGateway {
    private static final String NS = Notification.OWN;
    private static final int MOST_WAITING = 1000; // for one device
    private static final int LONGEST_ITEM = 100;
    private static final Duration REMEMBERED = Duration.ofDays(3);

    /** Who helps it. */
    record Aids(Vapid vapid, WebPushDelivery courier, OutboxConsumers announcer, InstantSource clock) {
        @Inject Aids {}
    }

    private final Supplier<PushSettings> settings;
    private final PushDevices devices;
    private final Aids aids;
    private final WebPush webPush;
    private final SecureRandom random = new SecureRandom();
    private volatile Instant lastForgotten = Instant.EPOCH;

    @Inject PushGateway(Supplier<PushSettings> settings, PushDevices devices, Aids aids, WebPush webPush) {
        this.settings = settings;
        this.devices = devices;
        this.aids = aids;
        this.webPush = webPush;
    }

    List<Hook> hooks() {
        var label = settings.get().gateway();
        if (label.isEmpty()) return List.of();
        return List.of(new Hook.Service(label, Jid::host, declarations()),
                Hook.outbox(PushDevices.CONSUMER, aids.courier::take),
                new Hook.DeletionListener(owner -> devices.of(owner).forEach(device -> devices.remove(device.id()))),
                new Hook.Background(() -> {}, webPush::close));
    }

    private List<Hook.Declaration> declarations() {
        return List.of(Hook.identity(SERVICE, "pubsub", "push", "Web Push"), Hook.serviceFeature(Notification.NS),
                Hook.serviceFeature(NS), Hook.infoForm(_ -> Optional.of(key())),
                onSet(SERVICE, PublishedItem.NS, "pubsub", this::publish),
                onSet(SERVICE, NS, "register", this::register), onSet(SERVICE, NS, "unregister", this::unregister),
                onGet(SERVICE, NS, "devices", this::list));
    }

    /** What a browser needs to know before it subscribes (RFC 8292 §3). */
    private Element key() {
        return Element.of(DataForm.NS, "x").with("type", "result").with(
                DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(NS)),
                DataForm.field("vapid", "text-single").with(DataForm.value(aids.vapid.publicKey())));
    }

    // ---- devices

    private Iq.Response register(Query query) {
        var owner = owner(query);
        var e = query.element();
        try {
            var subscription = WebPush.subscription(text(e, "endpoint"), text(e, "p256dh"), text(e, "auth"));
            var device = new Device(0, RandomIds.next(), RandomIds.next() + RandomIds.next(), query.iq().to(), owner,
                    subscription, aids.clock.instant());
            devices.register(device, settings.get().perAccount());
            return query
                    .result(Element.of(NS, "registered").with("node", device.node()).with("secret", device.secret()));
        } catch (IllegalArgumentException bad) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE.because(String.valueOf(bad.getMessage())));
        }
    }

    private static String text(Element e, String name) {
        return e.childText(name).map(String::strip).filter(t -> !t.isEmpty())
                .orElseThrow(() -> StanzaException.badRequest("it takes an 'endpoint', a key 'p256dh', and an 'auth'"));
    }

    /** Whose devices they are: an account's, and one of the host's unless everybody may have some here. */
    private Jid owner(Query query) {
        var asker = query.iq().from();
        var host = query.iq().to().domain().substring(settings.get().gateway().length() + 1);
        boolean allowed = asker.hasLocal() && (asker.domain().equals(host) || settings.get().isForEverybody());
        if (!allowed) throw new StanzaException(Condition.FORBIDDEN.because("this is for accounts of " + host));
        return asker.bare();
    }

    private Iq.Response unregister(Query query) {
        var owner = owner(query);
        var node = query.element().attribute("node").orElseThrow(() -> StanzaException.badRequest("it takes a 'node'"));
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
            throw StanzaException.badRequest("only notifications are published here");
        if (publication.item().length() > LONGEST_ITEM) throw new StanzaException(
                Condition.NOT_ACCEPTABLE.because("an item's id has at most " + LONGEST_ITEM + " letters"));
        var device = devices.at(query.iq().to(), publication.node())
                .orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND.because("there is no such device")));
        var sender = query.iq().from();
        boolean server = !sender.isFull() && sender.domain().equals(device.owner().domain()); // §3.2: the server, or the server for the account
        if (!server || !knows(publication, device))
            throw new StanzaException(Condition.FORBIDDEN.because("only the server that was given the secret may"));
        var now = aids.clock.instant();
        forget(now);
        var note = Notification.read(publication.payload()).toElement().toString();
        switch (devices.accept(device, publication.item(), LogId.next(0, now, random.nextLong()), note, MOST_WAITING)) {
            case ACCEPTED -> aids.announcer.wake(PushDevices.CONSUMER);
            case KNOWN -> {} // its answer was lost
            case FULL ->
                    throw new StanzaException(Condition.RESOURCE_CONSTRAINT.because("too much waits for this device"));
        }
        return query.result();
    }

    private static boolean knows(PublishedItem publication, Device device) {
        var secret = publication.options()
                .map(x -> x.children().stream().filter(f -> f.attribute("var").filter("secret"::equals).isPresent())
                        .findFirst().flatMap(f -> f.childText("value")).orElse(""))
                .orElse("");
        return MessageDigest.isEqual(secret.getBytes(UTF_8), device.secret().getBytes(UTF_8));
    }

    private void forget(Instant now) {
        if (lastForgotten.plus(1, ChronoUnit.HOURS).isAfter(now)) return;
        lastForgotten = now;
        devices.forget(now.minus(REMEMBERED));
    }
}
