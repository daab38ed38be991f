package im.martlet.extensions.push;

import im.martlet.address.Jid;
import im.martlet.extension.OutboxEntry;
import im.martlet.extension.OutboxEntry.Taken;
import im.martlet.extensions.pubsub.PublishedItem;
import im.martlet.routing.ServerQueries;
import im.martlet.stanza.StanzaIds;
import im.martlet.storage.key.LogId;
import im.martlet.storage.push.PushServices.Health;
import im.martlet.storage.push.PushServices.Service;
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

/**
 * Publishes what is in the outbox to the services (XEP-0357 §7), and draws conclusions from their answers. On the
 * outbox's threads; blocks.
 */
@Singleton
final class PushServicePublisher {
    private static final Duration CALL = Duration.ofSeconds(60);
    private static final Duration FRESH = Duration.ofSeconds(1); // nobody can have read it
    private static final Duration DISABLED = Duration.ofDays(1);
    private static final Duration GIVEN_UP = Duration.ofDays(14);
    private static final int MOST_REFUSALS = 3; // in a row
    private static final int LONGEST_PROBLEM = 200;

    /** Who helps it. */
    record Aids(ServerQueries questions, SeenElsewhere seen, PushTrace trace) {
        @Inject Aids {}
    }

    private final PushRegistrations registrations;
    private final Supplier<PushSettings> settings;
    private final Aids aids;
    private final InstantSource clock;
    private final DomainBackoff pacing;

    @Inject PushServicePublisher(PushRegistrations registrations, Supplier<PushSettings> settings, Aids aids,
            InstantSource clock) {
        this.registrations = registrations;
        this.settings = settings;
        this.aids = aids;
        this.clock = clock;
        this.pacing = new DomainBackoff(() -> settings.get().retry());
    }

    /**
     * The id of the item that a notification is published as: the same whenever it is tried, so that it is one, however
     * often.
     */
    static String item(long entry) {
        return StanzaIds.text(entry);
    }

    Taken take(OutboxEntry a) {
        var found = registrations.find(a.addressee());
        if (found.isEmpty()) return new Taken.Yes();
        var service = found.get();
        var notice = PendingNotification.read(a.note());
        var now = clock.instant();
        var age = Duration.between(LogId.time(a.entry()), now);
        var dropped = pointless(service, notice, age, now);
        if (dropped.isEmpty() && (a.attempts() > 0 || age.compareTo(FRESH) >= 0))
            dropped = aids.seen.why(service, notice, a.entry());
        if (dropped.isPresent()) {
            aids.trace.note(service.owner(), "notification " + item(a.entry()) + " dropped: " + dropped.get());
            return new Taken.Yes();
        }
        return pacing.enter(service.wish().service().domain(), now).<Taken>map(Taken.Later::new)
                .orElseGet(() -> publish(service, notice, a));
    }

    private Optional<String> pointless(Service service, PendingNotification notice, Duration age, Instant now) {
        if (service.isDisabled(now)) return Optional.of("the service was disabled after errors");
        return age.compareTo(notice.isCall() ? CALL : settings.get().keep()) > 0 ? Optional.of("it is too late")
                : Optional.empty();
    }

    private Taken publish(Service service, PendingNotification notice, OutboxEntry a) {
        var policy = settings.get();
        var answer = publish(service, item(a.entry()),
                new Notification(notice.isCall(), notice.count(),
                        notice.from().filter(_ -> policy.sender()).map(Jid::toString),
                        notice.body().filter(_ -> policy.body())));
        aids.trace.note(service.owner(),
                "notification " + item(a.entry()) + " at " + service.wish().service() + ": " + answer);
        return concluded(service, answer, a.attempts());
    }

    /** Publishes a notification now, whatever comes of it. */
    PushServiceReply publish(Service service, String item, Notification notification) {
        var publication = new PublishedItem(service.wish().node(), item, notification.toElement(), options(service));
        try {
            return PushServiceReply.of(aids.questions
                    .demand(Jid.of("", service.owner().domain(), ""), service.wish().service(), publication.toElement())
                    .get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new PushServiceReply.Busy("interrupted");
        } catch (ExecutionException e) {
            return new PushServiceReply.Unreachable("no answer in time");
        }
    }

    private static Optional<im.martlet.xml.Element> options(Service service) {
        try {
            return service.wish().options().isEmpty() ? Optional.empty()
                    : Optional.of(XmlReader.parse(service.wish().options()));
        } catch (XmlException e) {
            throw new IllegalStateException("options that are damaged: " + service, e);
        }
    }

    private Taken concluded(Service service, PushServiceReply answer, int attempts) {
        var now = clock.instant();
        var domain = service.wish().service().domain();
        if (!(answer instanceof PushServiceReply.Unreachable)) pacing.reached(domain);
        var pause = now.plus(DomainBackoff.pause(attempts, settings.get().retry()));
        return switch (answer) {
            case PushServiceReply.Published _ -> {
                if (!service.health().equals(Health.GOOD)) registrations.note(service, Health.GOOD);
                yield new Taken.Yes();
            }
            case PushServiceReply.Gone _ -> registrations.remove(service) ? new Taken.Yes() : new Taken.Later(pause); // what is enabled now is another one
            case PushServiceReply.Refused(var why) -> {
                int refusals = service.health().failures() + 1;
                note(service, refusals, why, refusals >= MOST_REFUSALS ? now.plus(DISABLED) : null, now);
                yield new Taken.Later(pause);
            }
            case PushServiceReply.Busy(var why) -> {
                failing(service, why, now);
                yield new Taken.Later(pause);
            }
            case PushServiceReply.Unreachable(var why) -> {
                failing(service, why, now);
                yield new Taken.Later(pacing.failed(domain, now));
            }
        };
    }

    private void failing(Service service, String why, Instant now) {
        boolean known =
                service.health().problem().equals(shortened(why)) && service.health().failingSince().isPresent();
        boolean forTooLong =
                service.health().failingSince().filter(since -> since.plus(GIVEN_UP).isBefore(now)).isPresent();
        if (!known || forTooLong)
            note(service, service.health().failures(), why, forTooLong ? now.plus(DISABLED) : null, now);
    }

    private void note(Service service, int failures, String why, @Nullable Instant disabledUntil, Instant now) {
        registrations.note(service, new Health(Optional.ofNullable(disabledUntil),
                service.health().failingSince().or(() -> Optional.of(now)), failures, shortened(why)));
    }

    private static String shortened(String why) {
        return why.length() <= LONGEST_PROBLEM ? why : why.substring(0, LONGEST_PROBLEM);
    }
}
