package im.martlet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.storage.log.RemoteMessages;
import im.martlet.storage.log.RemoteMessages.Item;
import im.martlet.storage.log.RemoteMessages.PendingCount;
import im.martlet.storage.log.TestLogStores;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The store of messages for other domains, on every database. */
interface RemoteMessagesContract {
    AtomicLong NUMBER = new AtomicLong();

    Backend backend();

    private RemoteMessages messages() { return TestLogStores.remoteMessages(backend().database()); }

    private static String fresh() { return UUID.randomUUID() + ".example"; }

    private static Item item(String local, String remote) {
        long id = NUMBER.incrementAndGet();
        return new Item(id, local, remote,
                ("<message id='" + id + "'/>").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test default void messagesBetweenTwoDomainsAreReadInOrderInPages() {
        String local = fresh();
        String remote = fresh();
        var all = LongStream.range(0, 10).mapToObj(_ -> item(local, remote)).toList();
        messages().write(all.reversed(), List.of());
        messages().write(List.of(item(local, fresh()), item(fresh(), remote)), List.of());
        var page = messages().after(local, remote, 0, 6);
        assertThat(page).extracting(Item::id).isEqualTo(all.subList(0, 6).stream().map(Item::id).toList());
        assertThat(page.getFirst().stanza()).isEqualTo(all.getFirst().stanza());
        assertThat(messages().after(local, remote, page.getLast().id(), 6)).extracting(Item::id)
                .isEqualTo(all.subList(6, 10).stream().map(Item::id).toList());
    }

    @Test default void additionsAndRemovalsAreWrittenTogetherOrNotAtAll() {
        String local = fresh();
        String remote = fresh();
        var first = item(local, remote);
        var second = item(local, remote);
        messages().write(List.of(first), List.of());
        messages().write(List.of(second), List.of(first.id(), 0L));
        assertThat(messages().after(local, remote, 0, 10)).extracting(Item::id).containsExactly(second.id());
        assertThat(messages().last()).isGreaterThanOrEqualTo(second.id());
    }

    @Test default void existingMessagesAreNotOverwritten() {
        String local = fresh();
        String remote = fresh();
        var message = item(local, remote);
        messages().write(List.of(message), List.of());
        messages().write(List.of(message, item(local, remote)), List.of());
        assertThat(messages().after(local, remote, 0, 10)).hasSize(2);
        assertThat(messages().waiting()).contains(new PendingCount(local, remote, 2));
    }
}
