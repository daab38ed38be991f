package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.Affiliate;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.routing.LocalDomains;
import im.martlet.routing.Router;
import im.martlet.session.Credit;
import im.martlet.session.Mailboxes;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.rooms.RoomHats;
import im.martlet.storage.rooms.RoomMembers;
import im.martlet.storage.rooms.Rooms;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after rooms on a clock: asks occupants of other servers who are silent whether they are still there, ends
 * temporary rooms that a crash has left and nobody has come back to, and tells everybody when the server stops.
 */
@Singleton
final class RoomTimers {
    private static final Logger LOG = LoggerFactory.getLogger(RoomTimers.class);
    private static final int COME_BACK = 15; // minutes
    private static final int PATIENCE = 3; // seconds, for goodbyes
    private static final int AT_ONCE = 1000;

    private final RoomMembers people;
    private final RoomHats hats;
    private final LiveRooms rooms;
    private final LeaveHandler leaving;
    private final Mailboxes mailboxes;
    private final Domains domains;
    private final Supplier<RoomSettings> settings;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("rooms-clock").daemon().factory());

    /** The ways from here: who is ours, and how rooms and others are reached. */
    record Domains(LocalDomains local, Router router, Mailboxes mailboxes,
            im.martlet.session.AccountDirectory directory) {
        @Inject Domains {}
    }

    /** Who is known to rooms, lastingly. */
    record Known(RoomMembers people, RoomHats hats) {
        @Inject Known {}
    }

    @Inject RoomTimers(LiveRooms rooms, LeaveHandler leaving, Known known, Domains domains,
            Supplier<RoomSettings> settings) {
        this.rooms = rooms;
        this.leaving = leaving;
        this.people = known.people;
        this.hats = known.hats;
        this.mailboxes = domains.mailboxes;
        this.domains = domains;
        this.settings = settings;
    }

    void start() {
        long every = Math.clamp(settings.get().probe().toMillis() / 2, 500, 60_000);
        clock.scheduleWithFixedDelay(
                () -> rooms.all().forEach(live -> mailboxes.tell(live.address(), Credit.UNLIMITED, () -> probe(live))),
                every, every, TimeUnit.MILLISECONDS);
        clock.schedule(this::sweep, COME_BACK, TimeUnit.MINUTES);
    }

    /** XEP-0045 §18.1.2. Whether one of our own users is still there is known without asking. */
    private void probe(LiveRoom live) {
        long silent = settings.get().probe().toNanos();
        for (var device : List.copyOf(live.room().devices())) {
            if (domains.local.isHost(device.domain()) || System.nanoTime() - live.heardAt(device) < silent) continue;
            live.heard(device); // it has as long again to answer
            domains.router.route(new Iq.Get(live.address(), device, RandomIds.next(), "",
                    Payload.of(Element.of(Namespaces.PING, "ping"))));
        }
    }

    /** Ends temporary rooms that nobody is in. On the clock. */
    void sweep() {
        try {
            domains.local.names().forEach(domain -> rooms.list(domain, Rooms.Which.TEMPORARY, "", AT_ONCE)
                    .forEach(left -> mailboxes.tell(left.address(), Credit.UNLIMITED, () -> {
                        if (rooms.alive(left.address()).isEmpty()) rooms.find(left.address()).ifPresent(this::end);
                    })));
        } catch (StorageException e) {
            LOG.warn("temporary rooms that were left cannot be ended now: {}", e.getMessage());
        }
    }

    /** Meanwhile somebody may have made it one that stays. */
    private void end(LiveRoom left) {
        if (left.room().config().is(RoomOption.PERSISTENT)) rooms.settle(left);
        else rooms.destroy(left);
    }

    /** An account is deleted: whoever takes its name next owns no rooms by it. */
    void forget(Jid account) {
        people.forget(account);
        hats.forget(account);
        rooms.all().forEach(live -> mailboxes.tell(live.address(), Credit.UNLIMITED, () -> {
            live.room().affiliate(account, Affiliate.NOBODY);
            live.room().hats().forget(account);
        }));
    }

    /** §11.2: everybody is told, and what they are told is on its way when this returns. */
    void stop() {
        clock.shutdownNow();
        rooms.close();
        var all = rooms.all().toList();
        var told = new CountDownLatch(all.size());
        for (var live : all) mailboxes.tell(live.address(), Credit.UNLIMITED, () -> {
            leaving.everybody(live.room(), List.of(), StanzaTransaction.NONE, LeaveHandler.SHUTDOWN);
            told.countDown();
        });
        await(told);
        var accounts = domains.directory.live().map(account -> account.jid()).toList();
        var heard = new CountDownLatch(accounts.size());
        accounts.forEach(account -> domains.directory.tell(account, Credit.UNLIMITED, _ -> heard.countDown()));
        await(heard);
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE, TimeUnit.SECONDS))
                LOG.warn("not everybody in a room could be told in time that the server stops");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
