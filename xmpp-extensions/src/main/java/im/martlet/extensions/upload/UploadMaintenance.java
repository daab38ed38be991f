package im.martlet.extensions.upload;

import im.martlet.extensions.upload.store.BlobStore;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.upload.UploadBlobs;
import im.martlet.storage.upload.Uploads;
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
 * Deletes old files, bytes that no file needs, and unfinished uploads. Lets identical files share their bytes. On a
 * thread of its own.
 */
@Singleton
public final class UploadMaintenance {
    private static final Logger LOG = LoggerFactory.getLogger(UploadMaintenance.class);
    private static final int BATCH = 500; // rows
    private static final int FIRST_MINUTES = 15;
    private static final int EVERY_MINUTES = 60;
    /** An older blob that is neither finished nor being written was left by a crash. */
    private static final Duration UNFINISHED = Duration.ofHours(1);

    private final Supplier<UploadSettings> settings;
    private final Uploads uploads;
    private final UploadBlobs blobs;
    private final BlobStore store;
    private final UploadHandler handler;
    private final UploadQuota quota;
    private final InstantSource clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("uploads").daemon().factory());
    private final AtomicBoolean sweepScheduled = new AtomicBoolean();

    @Inject UploadMaintenance(Supplier<UploadSettings> settings, Uploads uploads, UploadBlobs blobs, BlobStore store,
            UploadHandler handler, UploadQuota quota, InstantSource clock) {
        this.settings = settings;
        this.uploads = uploads;
        this.blobs = blobs;
        this.store = store;
        this.handler = handler;
        this.quota = quota;
        this.clock = clock;
    }

    void start() {
        thread.scheduleWithFixedDelay(() -> everything(clock.instant()), FIRST_MINUTES, EVERY_MINUTES,
                TimeUnit.MINUTES);
    }

    void stop() { thread.shutdownNow(); }

    /** Shares bytes of identical files soon, after an upload. */
    void shareSoon() { soon(0, this::share); }

    /** Deletes unneeded bytes soon, after a file was deleted. */
    void sweepSoon() {
        quota.countAgain();
        // the delay covers files that are deleted in the meantime
        if (sweepScheduled.compareAndSet(false, true)) soon(1, () -> {
            sweepScheduled.set(false);
            sweep(clock.instant());
        });
    }

    private void soon(int seconds, Runnable work) {
        try {
            thread.schedule(() -> safely(work), seconds, TimeUnit.SECONDS);
        } catch (RejectedExecutionException stopping) {
            // the next start does it
        }
    }

    /** Does all maintenance that is due at a moment, and returns when it is done. */
    public void runAt(Instant now) {
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
            LOG.warn("maintenance of uploads failed: {}; the server tries again within an hour", e.getMessage());
        } catch (RuntimeException e) { // the thread goes on
            LOG.error("bug: maintenance of uploads failed", e);
        }
    }

    /** Deletes files beyond the configured age. */
    private void deleteOld(Instant now) {
        var older = new ArrayList<Older>();
        for (FilePurpose purpose : FilePurpose.values()) if (settings.get().keep(purpose).isPositive())
            older.add(new Older(purpose.word(), now.minus(settings.get().keep(purpose))));
        int total = 0;
        for (int deleted = uploads.deleteOld(now, older, BATCH); deleted > 0; deleted =
                uploads.deleteOld(now, older, BATCH))
            total += deleted;
        if (total > 0) LOG.info("deleted {} uploads that were expired or older than 'keep' in [upload]", total);
        uploads.forget(now.minus(UploadQuota.DAY));
        quota.countAgain();
    }

    private void share() {
        for (var settled = blobs.settle(); settled.isPresent(); settled = blobs.settle())
            if (!settled.get().needed()) delete(settled.get().name());
    }

    /** Deletes bytes that no file needs. */
    private void sweep(Instant now) {
        var unfinishedBefore = now.minus(UNFINISHED);
        String after = "";
        for (var unused = blobs.unused(unfinishedBefore, after, BATCH); !unused.isEmpty(); unused =
                blobs.unused(unfinishedBefore, after, BATCH)) {
            unused.stream().filter(name -> !handler.isWriting(name)).forEach(this::delete);
            after = unused.getLast();
        }
    }

    /** Deletes the bytes first: after a crash in between, the row still says that there may be some. */
    private void delete(String name) {
        try {
            store.delete(name);
            blobs.forget(name);
        } catch (IOException e) {
            LOG.warn("the bytes {} of deleted uploads cannot be deleted now: {}; the server tries again within an hour",
                    name, e.toString());
        }
    }
}
