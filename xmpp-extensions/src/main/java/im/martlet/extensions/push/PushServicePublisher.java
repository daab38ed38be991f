package im.martlet.extensions.push;

import im.martlet.address.Jid;
import im.martlet.extension.OutboxEntry;
import im.martlet.extension.OutboxEntry.Taken;
import im.martlet.extensions.pubsub.PublishedItem;
import im.martlet.routing.ServerQueries;
import im.martlet.stanza.Decision;
import im.martlet.stanza.StanzaIds;
import im.martlet.storage.key.LogId;
import im.martlet.storage.push.PushServices.Health;
import im.martlet.storage.push.PushServices.Service;
import im.martlet.xml.Element;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlReader;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the notifications in the outbox to push services (XEP-0357 §7), and updates registrations after their
 * replies. Runs on the outbox's threads. Blocks.
 */
@Singleton
final class PushServicePublisher {
    static final String DISABLED_REASON = "the registration is disabled after errors of the push service";
    private static final Logger LOG = LoggerFactory.getLogger(PushServicePublisher.class);
    private static final Duration FRESH = Duration.ofSeconds(1); // too short for a user to read the message
    private static final Duration DISABLED = Duration.ofDays(1);
    private static final Duration GIVEN_UP = Duration.ofDays(14);
    private static final int MOST_REFUSALS = 3; // in a row
    private static final int LONGEST_PROBLEM = 200; // characters

    private final PushRegistrations registrations;
    private final Supplier<PushSettings> settings;
    private final ServerQueries queries;
    private final SeenElsewhere seenElsewhere;
    private final PushTrace trace;
    private final InstantSource clock;
    private final DomainBackoff backoff;

    @Inject PushServicePublisher(PushRegistrations registrations, Supplier<PushSettings> settings,
            ServerQueries queries, SeenElsewhere seenElsewhere, PushTrace trace, InstantSource clock) {
        this.registrations = registrations;
        this.settings = settings;
        this.queries = queries;
        this.seenElsewhere = seenElsewhere;
        this.trace = trace;
        this.clock = clock;
        this.backoff = new DomainBackoff(() -> settings.get().retry());
    }

    /**
     * Returns the item id of a notification. Each attempt uses the same id, so the service can recognize a notification
     * that it already has.
     */
    static String item(long entry) {
        return StanzaIds.text(entry);
    }

    Taken take(OutboxEntry entry) {
        var found = registrations.find(entry.addressee());
        if (found.isEmpty()) {
            Decision.NOT_PUSHED.log(LOG, "the registration at the push service has ended", null, item(entry.entry()));
            return new Taken.Yes();
        }
        var service = found.get();
        var pending = PendingNotification.read(entry.note());
        var now = clock.instant();
        var reason = reasonNotToPublish(service, pending, entry, now);
        if (reason.isPresent()) {
            trace.note(service.owner(), "notification " + item(entry.entry()) + " dropped: " + reason.get());
            log(Decision.NOT_PUSHED, service, entry, reason.get());
            return new Taken.Yes();
        }
        var later = backoff.enter(service.registration().service().domain(), now);
        if (later.isEmpty()) return publish(service, pending, entry);
        log(Decision.HELD_BACK, service, entry, "the push service could not be reached; next attempt " + later.get());
        return new Taken.Later(later.get());
    }

    private Optional<String> reasonNotToPublish(Service service, PendingNotification pending, OutboxEntry entry,
            Instant now) {
        if (service.isDisabled(now)) return Optional.of(DISABLED_REASON);
        var age = Duration.between(LogId.time(entry.entry()), now);
        if (age.compareTo(pending.isCall() ? Notification.CALL_LIFETIME : settings.get().keep()) > 0)
            return Optional.of("the notification is too old");
        return entry.attempts() > 0 || age.compareTo(FRESH) >= 0
                ? seenElsewhere.reason(service, pending, entry.entry()) : Optional.empty();
    }

    private static void log(Decision decision, Service service, OutboxEntry entry, String reason) {
        if (LOG.isDebugEnabled()) decision.log(LOG, reason + " (push service " + service.registration().service() + ")",
                service.owner(), item(entry.entry()));
    }

    private Taken publish(Service service, PendingNotification pending, OutboxEntry entry) {
        var current = settings.get();
        var reply = publish(service, item(entry.entry()),
                new Notification(pending.isCall(), pending.count(),
                        pending.from().filter(_ -> current.sender()).map(Jid::toString),
                        pending.body().filter(_ -> current.body())));
        trace.note(service.owner(),
                "notification " + item(entry.entry()) + " at " + service.registration().service() + ": " + reply);
        return evaluate(service, reply, entry);
    }

    /** Publishes a notification now, without effect on the registration. */
    PushServiceReply publish(Service service, String item, Notification notification) {
        var publication =
                new PublishedItem(service.registration().node(), item, notification.toElement(), options(service));
        try {
            return PushServiceReply.of(queries.demand(Jid.of("", service.owner().domain(), ""),
                    service.registration().service(), publication.toElement()).get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new PushServiceReply.Busy("interrupted");
        } catch (ExecutionException e) {
            return new PushServiceReply.Unreachable("no answer in time");
        }
    }

    private static Optional<Element> options(Service service) {
        try {
            return service.registration().options().isEmpty() ? Optional.empty()
                    : Optional.of(XmlReader.parse(service.registration().options()));
        } catch (XmlException e) {
            throw new IllegalStateException("the stored options are damaged: " + service, e);
        }
    }

    private Taken evaluate(Service service, PushServiceReply reply, OutboxEntry entry) {
        var now = clock.instant();
        var domain = service.registration().service().domain();
        if (!(reply instanceof PushServiceReply.Unreachable)) backoff.reached(domain);
        var next = now.plus(DomainBackoff.pause(entry.attempts(), settings.get().retry()));
        return switch (reply) {
            case PushServiceReply.Published _ -> {
                if (!service.health().equals(Health.GOOD)) registrations.note(service, Health.GOOD);
                yield new Taken.Yes();
            }
            case PushServiceReply.Gone(var reason) -> {
                if (!registrations.remove(service)) yield new Taken.Later(next); // the client enabled it again
                log(Decision.NOT_PUSHED, service, entry, "the push service does not know the device: " + reason);
                yield new Taken.Yes();
            }
            case PushServiceReply.Refused(var reason) -> {
                int refusals = service.health().failures() + 1;
                note(service, refusals, reason, refusals >= MOST_REFUSALS ? now.plus(DISABLED) : null, now);
                log(Decision.HELD_BACK, service, entry, "the push service refused the notification: " + reason);
                yield new Taken.Later(next);
            }
            case PushServiceReply.Busy(var reason) -> {
                failed(service, reason, now);
                log(Decision.HELD_BACK, service, entry, "the push service is busy: " + reason);
                yield new Taken.Later(next);
            }
            case PushServiceReply.Unreachable(var reason) -> {
                failed(service, reason, now);
                log(Decision.HELD_BACK, service, entry, "the push service could not be reached: " + reason);
                yield new Taken.Later(backoff.failed(domain, now));
            }
        };
    }

    private void failed(Service service, String reason, Instant now) {
        var since = service.health().failingSince();
        boolean noted = service.health().problem().equals(shortened(reason)) && since.isPresent();
        boolean tooLong = since.filter(begin -> begin.plus(GIVEN_UP).isBefore(now)).isPresent();
        if (!noted || tooLong)
            note(service, service.health().failures(), reason, tooLong ? now.plus(DISABLED) : null, now);
    }

    private void note(Service service, int failures, String reason, @Nullable Instant disabledUntil, Instant now) {
        registrations.note(service, new Health(Optional.ofNullable(disabledUntil),
                service.health().failingSince().or(() -> Optional.of(now)), failures, shortened(reason)));
    }

    private static String shortened(String reason) {
        return reason.length() <= LONGEST_PROBLEM ? reason : reason.substring(0, LONGEST_PROBLEM);
    }
}
