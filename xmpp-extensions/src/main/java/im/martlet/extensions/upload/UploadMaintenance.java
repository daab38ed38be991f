package im.martlet.extensions.upload;

import im.martlet.storage.db.StorageException;
import im.martlet.storage.upload.Uploads.Older;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what is too old, the bytes that no file needs, and what was left half uploaded; has identical files share
 * their bytes. On a thread of its own.
 */
@Singleton
public final class UploadMaintenance {
    private static final Logger LOG = LoggerFactory.getLogger(UploadMaintenance.class);
    private static final int AT_ONCE = 500;
    private static final int FIRST_MINUTES = 15;
    private static final int EVERY_MINUTES = 60;
    /** What was begun before that, and is not being written, was left by a crash. */
    private static final Duration HALF = Duration.ofHours(1);

    private final Supplier<UploadSettings> settings;
    private final UploadHandler.Stored stored;
    private final UploadHandler receiving;
    private final UploadQuota allowance;
    private final InstantSource clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("uploads").daemon().factory());
    private final AtomicBoolean sweeping = new AtomicBoolean(); // soon

    @Inject UploadMaintenance(Supplier<UploadSettings> settings, UploadHandler.Stored stored, UploadHandler receiving,
            UploadQuota allowance, InstantSource clock) {
        this.settings = settings;
        this.stored = stored;
        this.receiving = receiving;
        this.allowance = allowance;
        this.clock = clock;
    }

    void start() {
        thread.scheduleWithFixedDelay(() -> everything(clock.instant()), FIRST_MINUTES, EVERY_MINUTES,
                TimeUnit.MINUTES);
    }

    void stop() { thread.shutdownNow(); }

    /** Something has come. */
    void shareSoon() { soon(0, this::share); }

    /** Something has been deleted. */
    void sweepSoon() {
        allowance.countAgain();
        if (sweeping.compareAndSet(false, true)) soon(1, () -> { // and whatever else is deleted meanwhile
            sweeping.set(false);
            sweep(clock.instant());
        });
    }

    private void soon(int seconds, Runnable work) {
        try {
            thread.schedule(() -> safely(work), seconds, TimeUnit.SECONDS);
        } catch (RejectedExecutionException stopping) {
            // after the next start then
        }
    }

    /** Does all that is due at a moment, and returns when it is done. */
    public void lookAfter(Instant now) {
        CompletableFuture.runAsync(() -> everything(now), thread).join();
    }

    private void everything(Instant now) {
        safely(() -> deleteOld(now));
        safely(this::share);
        safely(() -> sweep(now));
    }

    private static void safely(Runnable work) {
        try {
            work.run();
        } catch (StorageException e) {
            LOG.warn("uploads cannot be looked after now: {}", e.getMessage());
        } catch (RuntimeException e) { // the thread goes on
            LOG.error("bug: uploads are not looked after", e);
        }
    }

    /** Deletes files that have been kept for long enough. */
    private void deleteOld(Instant now) {
        var older = new ArrayList<Older>();
        for (FilePurpose purpose : FilePurpose.values()) if (settings.get().keep(purpose).isPositive())
            older.add(new Older(purpose.word(), now.minus(settings.get().keep(purpose))));
        int all = 0;
        for (int some = stored.uploads().deleteOld(now, older, AT_ONCE); some > 0; some =
                stored.uploads().deleteOld(now, older, AT_ONCE))
            all += some;
        if (all > 0) LOG.info("deleted {} uploads that were older than is kept", all);
        stored.uploads().forget(now.minus(UploadQuota.DAY));
        allowance.countAgain();
    }

    private void share() {
        for (var settled = stored.blobs().settle(); settled.isPresent(); settled = stored.blobs().settle())
            if (!settled.get().needed()) delete(settled.get().name());
    }

    /** Deletes bytes that nobody needs. */
    private void sweep(Instant now) {
        var half = now.minus(HALF);
        String after = "";
        for (var some = stored.blobs().unused(half, after, AT_ONCE); !some.isEmpty(); some =
                stored.blobs().unused(half, after, AT_ONCE)) {
            some.stream().filter(name -> !receiving.isWriting(name)).forEach(this::delete);
            after = some.getLast();
        }
    }

    /** First the bytes: if we die now, the row still says that there may be some. */
    private void delete(String name) {
        try {
            stored.store().delete(name);
            stored.blobs().forget(name);
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted now: {}", name, e.toString());
        }
    }
}
