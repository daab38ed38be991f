package im.martlet.extensions.muc;

import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.routing.LocalDomains;
import im.martlet.routing.Router;
import im.martlet.session.Credit;
import im.martlet.session.Mailboxes;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.rooms.Rooms;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the work of rooms that depends on time: it pings silent occupants of remote servers, and deletes temporary rooms
 * that a crash left behind without occupants.
 */
@Singleton
final class RoomTimers {
    private static final Logger LOG = LoggerFactory.getLogger(RoomTimers.class);
    private static final int GRACE = 15; // minutes for occupants to come back after a crash
    private static final int MAX_ROOMS = 1000; // of one domain that are deleted

    private final LiveRooms rooms;
    private final Mailboxes mailboxes;
    private final LocalDomains domains;
    private final Router router;
    private final Supplier<RoomSettings> settings;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("rooms-clock").daemon().factory());

    @Inject RoomTimers(LiveRooms rooms, Mailboxes mailboxes, LocalDomains domains, Router router,
            Supplier<RoomSettings> settings) {
        this.rooms = rooms;
        this.mailboxes = mailboxes;
        this.domains = domains;
        this.router = router;
        this.settings = settings;
    }

    void start() {
        long interval = Math.clamp(settings.get().probe().toMillis() / 2, 500, 60_000);
        clock.scheduleWithFixedDelay(
                () -> rooms.all().forEach(live -> mailboxes.tell(live.address(), Credit.UNLIMITED, () -> probe(live))),
                interval, interval, TimeUnit.MILLISECONDS);
        clock.schedule(this::deleteAbandonedRooms, GRACE, TimeUnit.MINUTES);
    }

    void stop() { clock.shutdownNow(); }

    /** Pings silent devices of remote servers (XEP-0045 §18.1.2). The server knows the state of its own clients. */
    private void probe(LiveRoom live) {
        long limit = settings.get().probe().toNanos();
        for (var device : List.copyOf(live.room().devices())) {
            if (domains.isHost(device.domain()) || System.nanoTime() - live.lastActivity(device) < limit) continue;
            live.noteActivity(device); // the device gets another interval for its answer
            router.route(new Iq.Get(live.address(), device, RandomIds.next(), "",
                    Payload.of(Element.of(Namespaces.PING, "ping"))));
        }
    }

    /** Deletes temporary rooms without occupants. On the clock. */
    void deleteAbandonedRooms() {
        try {
            domains.names().forEach(domain -> rooms.list(domain, Rooms.Which.TEMPORARY, "", MAX_ROOMS)
                    .forEach(room -> mailboxes.tell(room.address(), Credit.UNLIMITED, () -> {
                        if (rooms.findLive(room.address()).isEmpty())
                            rooms.find(room.address()).ifPresent(this::deleteIfTemporary);
                    })));
        } catch (StorageException e) {
            LOG.warn("cannot delete temporary rooms without occupants: {}; the next start tries again",
                    e.getMessage());
        }
    }

    /** An owner may have made the room persistent since it was listed. */
    private void deleteIfTemporary(LiveRoom live) {
        if (live.room().config().is(RoomOption.PERSISTENT)) rooms.settle(live);
        else rooms.destroy(live);
    }
}
