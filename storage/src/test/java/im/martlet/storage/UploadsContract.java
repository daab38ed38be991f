package im.martlet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.account.TestAccountStores;
import im.martlet.storage.upload.TestUploadStores;
import im.martlet.storage.upload.UploadBlobs;
import im.martlet.storage.upload.Uploads;
import im.martlet.storage.upload.Uploads.Description;
import im.martlet.storage.upload.Uploads.HostUsage;
import im.martlet.storage.upload.Uploads.Older;
import im.martlet.storage.upload.Uploads.Owner;
import im.martlet.storage.upload.Uploads.Upload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The stores of uploads, on every database. */
interface UploadsContract {
    Backend backend();

    Instant MORNING = Instant.parse("2026-11-25T08:00:00Z");

    private Uploads uploads() { return TestUploadStores.uploads(backend().database()); }

    private UploadBlobs blobs() { return TestUploadStores.uploadBlobs(backend().database()); }

    private static String fresh(String kind) { return kind + UUID.randomUUID().toString().replace("-", ""); }

    private static String id() { return fresh("").substring(0, 20); }

    private Owner owner(String host) {
        var jid = Jid.of(fresh("u"), host, "");
        return new Owner(
                TestAccountStores.accounts(backend().database()).create(jid, List.of()).map(Accounts.Account::key), jid,
                host);
    }

    private static Upload draft(Owner owner, long bytes, Instant created) {
        return new Upload(id(), owner, new Description("très cool.jpg", "image/jpeg", bytes, "message"), created,
                Optional.empty(), fresh("p"));
    }

    private Upload keep(Owner owner, long bytes, Instant created, String hash) {
        var upload = draft(owner, bytes, created);
        blobs().begin(upload.blob(), bytes, created);
        assertThat(uploads().finish(upload, hash)).isTrue();
        return upload;
    }

    private void settleAll() {
        while (blobs().settle().isPresent()) {}
    }

    private boolean isUnused(String blob) { return blobs().unused(MORNING, "", 1_000_000).contains(blob); }

    @Test default void filesAreFoundAsStoredAndTheirSlotsAreUsed() {
        var upload = keep(owner(fresh("h")), 100, MORNING, fresh(""));
        assertThat(uploads().find(upload.id())).contains(upload);
        var again = new Upload(upload.id(), upload.owner(), upload.description(), MORNING,
                Optional.of(MORNING.plusSeconds(60)), fresh("p"));
        assertThat(uploads().finish(again, fresh(""))).isFalse();
        assertThat(uploads().find(upload.id())).contains(upload);
        assertThat(uploads().find(id())).isEmpty();
    }

    @Test default void usageAndFilesOfAnOwnerAreReported() {
        var host = fresh("h");
        var owner = owner(host);
        var first = keep(owner, 100, MORNING.minus(Duration.ofDays(2)), fresh(""));
        var second = keep(owner, 20, MORNING, fresh(""));
        var third = keep(owner, 3, MORNING.plusSeconds(1), fresh(""));
        var foreign =
                keep(new Owner(Optional.empty(), Jid.of("romeo", fresh("elsewhere"), ""), host), 7, MORNING, fresh(""));
        var since = MORNING.minus(Duration.ofDays(1));
        assertThat(uploads().usage(owner.jid(), since)).isEqualTo(new Uploads.Usage(3, 123, 23, Optional.of(MORNING)));
        assertThat(uploads().list(owner.jid(), Optional.empty(), 2)).containsExactly(third, second);
        assertThat(uploads().list(owner.jid(), Optional.of(MORNING), 9)).containsExactly(first);
        assertThat(uploads().delete(third.id(), MORNING)).isTrue();
        assertThat(uploads().delete(third.id(), MORNING)).isFalse();
        assertThat(uploads().usage(owner.jid(), since)).as("a deleted file still counts for the day")
                .isEqualTo(new Uploads.Usage(2, 120, 23, Optional.of(MORNING)));
        assertThat(uploads().list(owner.jid(), Optional.empty(), 9)).containsExactly(second, first);
        assertThat(uploads().hosts()).contains(new HostUsage(host, 3, 127));
        assertThat(uploads().find(foreign.id()).orElseThrow().owner().account()).isEmpty();
        assertThat(uploads().usage(Jid.of("nobody", host, ""), since))
                .isEqualTo(new Uploads.Usage(0, 0, 0, Optional.empty()));
    }

    @Test default void deletedFilesKeepTheirSlotForAWhile() {
        var upload = keep(owner(fresh("h")), 100, MORNING, fresh(""));
        uploads().delete(upload.id(), MORNING);
        assertThat(uploads().find(upload.id()).orElseThrow().blob()).isEmpty();
        assertThat(uploads().finish(
                new Upload(upload.id(), upload.owner(), upload.description(), MORNING, Optional.empty(), fresh("p")),
                fresh(""))).isFalse();
        assertThat(isUnused(upload.blob())).isTrue();
        assertThat(blobs().forget(upload.blob())).isTrue();
        uploads().forget(MORNING);
        assertThat(uploads().find(upload.id())).isPresent();
        uploads().forget(MORNING.plusSeconds(1));
        assertThat(uploads().find(upload.id())).isEmpty();
    }

    @Test default void filesAreDeletedWithTheirAccountAndFreeTheirBlobs() {
        var owner = owner(fresh("h"));
        var upload = keep(owner, 100, MORNING, fresh(""));
        assertThat(isUnused(upload.blob())).isFalse();
        assertThat(blobs().forget(upload.blob())).as("the blob is needed").isFalse();
        TestAccountStores.accounts(backend().database()).delete(owner.account().orElseThrow());
        assertThat(uploads().find(upload.id())).isEmpty();
        assertThat(isUnused(upload.blob())).isTrue();
        assertThat(uploads().finish(draft(owner, 1, MORNING), fresh(""))).as("there is no such account").isFalse();
    }

    @Test default void abandonedUploadsBecomeUnusedAfterAWhile() {
        var old = fresh("p");
        var recent = fresh("p");
        blobs().begin(old, 10, MORNING.minusSeconds(1));
        blobs().begin(recent, 10, MORNING);
        assertThat(blobs().unused(MORNING, "", 1_000_000)).contains(old).doesNotContain(recent);
        assertThat(blobs().unused(MORNING, old, 1_000_000)).doesNotContain(old);
        assertThat(blobs().forget(old)).isTrue();
        assertThat(isUnused(old)).isFalse();
    }

    @Test default void identicalFilesShareOneBlobUntilTheLastIsDeleted() {
        var hash = fresh("");
        var first = keep(owner(fresh("h")), 100, MORNING, hash);
        settleAll();
        var second = keep(owner(fresh("h")), 100, MORNING, hash);
        var other = keep(owner(fresh("h")), 101, MORNING, hash);
        settleAll();
        assertThat(uploads().find(second.id()).orElseThrow().blob()).isEqualTo(first.blob());
        assertThat(uploads().find(other.id()).orElseThrow().blob()).isEqualTo(other.blob());
        assertThat(blobs().forget(second.blob())).isTrue();
        uploads().delete(first.id(), MORNING);
        assertThat(isUnused(first.blob())).as("the second needs it").isFalse();
        uploads().delete(second.id(), MORNING);
        assertThat(isUnused(first.blob())).isTrue();
    }

    @Test default void blobsAboutToBeDeletedAreNotShared() {
        var hash = fresh("");
        keep(owner(fresh("h")), 100, MORNING, hash);
        settleAll();
        var second = keep(owner(fresh("h")), 100, MORNING, hash);
        settleAll();
        var third = keep(owner(fresh("h")), 100, MORNING, hash);
        settleAll();
        assertThat(uploads().find(third.id()).orElseThrow().blob()).isNotEqualTo(second.blob())
                .isNotEqualTo(third.blob());
        assertThat(blobs().unused(MORNING.plusSeconds(1), "", 1_000_000)).contains(second.blob());
    }

    @Test default void oldAndExpiredFilesAreDeleted() {
        var owner = owner(fresh("h"));
        var old = keep(owner, 1, MORNING.minus(Duration.ofDays(31)), fresh(""));
        var recent = keep(owner, 1, MORNING.minus(Duration.ofDays(29)), fresh(""));
        var profile = new Upload(id(), owner, new Description("me.png", "image/png", 1, "profile"),
                MORNING.minus(Duration.ofDays(99)), Optional.empty(), fresh("p"));
        var ephemeral = new Upload(id(), owner, new Description("a.png", "image/png", 1, "ephemeral"),
                MORNING.minusSeconds(9), Optional.of(MORNING), fresh("p"));
        for (var upload : List.of(profile, ephemeral)) assertThat(uploads().finish(upload, fresh(""))).isTrue();
        while (uploads().deleteOld(MORNING, List.of(new Older("message", MORNING.minus(Duration.ofDays(30)))), 100)
                > 0) {}
        assertThat(uploads().list(owner.jid(), Optional.empty(), 9)).containsExactly(recent, profile);
        assertThat(uploads().find(old.id()).orElseThrow().blob()).isEmpty();
    }
}
