package im.martlet.extensions.mam;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.archive.ArchiveQueries;
import im.martlet.storage.log.Archive;
import im.martlet.storage.log.Archive.Bounds;
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.xml.Element;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ArchivePagesTest {
    /** An archive in memory with one message for each size. Ids begin at 1. */
    private static final class Memory implements ArchiveQueries.Source {
        private final int[] sizes;
        private final AtomicInteger reading = new AtomicInteger();
        private final AtomicInteger mostReading = new AtomicInteger();

        Memory(int... sizes) { this.sizes = sizes; }

        @Override public List<Entry> page(Selection s, int limit, boolean newest) {
            mostReading.accumulateAndGet(reading.incrementAndGet(), Math::max);
            Thread.yield();
            var all = LongStream.rangeClosed(1, sizes.length).filter(id -> id > s.after() && id < s.before())
                    .mapToObj(this::entry).toList();
            reading.decrementAndGet();
            return newest ? all.subList(Math.max(0, all.size() - limit), all.size())
                    : all.subList(0, Math.min(limit, all.size()));
        }

        private Entry entry(long id) {
            return new Entry(id, Jid.of("juliet", "localhost", ""), true, true, Optional.empty(),
                    new byte[sizes[(int) id - 1]]);
        }

        @Override public Set<Long> known(Collection<Long> ids) { return Set.copyOf(ids); }

        @Override public Optional<Bounds> bounds() { throw new UnsupportedOperationException(); }
    }

    private static ArchiveQuery query(String page) {
        var set = Element.of("http://jabber.org/protocol/rsm", "set")
                .with(Element.of("http://jabber.org/protocol/rsm", "max").withText("60"));
        return ArchiveQuery.of(Element.of(Mam.NS, "query")
                .with(page.isEmpty() ? set : set.with(Element.of("http://jabber.org/protocol/rsm", page))));
    }

    private static void check(ArchivePages.Found found, boolean complete, long... ids) {
        assertThat(found.entries()).extracting(Archive.Entry::id)
                .containsExactly(LongStream.of(ids).boxed().toArray(Long[]::new));
        assertThat(found.complete()).isEqualTo(complete);
    }

    @Test void aPageThatWouldBecomeTooLargeEndsEarlyAndIsNotComplete() {
        var pages = new ArchivePages();
        var archive = new Memory(60_000, 60_000, 60_000, 200_000, 10);
        check(pages.read(archive, query(""), 100, Long.MAX_VALUE), false, 1, 2);
        check(pages.read(archive, query("before"), 100, Long.MAX_VALUE), false, 5);
        check(pages.read(archive, query("before"), 4, Long.MAX_VALUE), false, 4); // at least one entry of any size
        check(pages.read(archive, query(""), 2, Long.MAX_VALUE), true, 1, 2);
    }

    @Test void aPageIsNoLargerThanTheClientAllows() {
        check(new ArchivePages().read(new Memory(10_000, 10_000, 10_000), query(""), 100, 25_000), false, 1, 2);
    }

    @Test void theQueryIdCountsWithEachResult() {
        var query = ArchiveQuery.of(Element.of(Mam.NS, "query").with("queryid", "x".repeat(60_000)));
        check(new ArchivePages().read(new Memory(10, 10, 10, 10), query, 100, Long.MAX_VALUE), false, 1, 2);
    }

    @Test void aPageThatNeedsSeveralReadsIsComplete() {
        var sizes = new int[55];
        check(new ArchivePages().read(new Memory(sizes), query(""), 100, Long.MAX_VALUE), true,
                LongStream.rangeClosed(1, 55).toArray());
        check(new ArchivePages().read(new Memory(sizes), query("before"), 100, Long.MAX_VALUE), true,
                LongStream.rangeClosed(1, 55).toArray());
    }

    @Test void theNumberOfConcurrentReadsIsLimited() throws Exception {
        var archive = new Memory(new int[200]);
        var pages = new ArchivePages();
        try (var threads = Executors.newFixedThreadPool(32)) {
            for (var done : threads.invokeAll(
                    java.util.Collections.nCopies(400, () -> pages.read(archive, query(""), 1000, Long.MAX_VALUE))))
                done.get();
        }
        assertThat(archive.mostReading.get()).isBetween(1, ArchivePages.READERS);
    }
}
