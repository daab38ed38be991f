package im.martlet.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MailboxTest {
    @Test void tasksRunOneAtATimeInOrder() throws Exception {
        var box = new Mailbox("romeo");
        var seen = new ArrayList<Integer>(); // not thread-safe on purpose
        int writers = 16;
        int each = 5_000;
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int w = 0; w < writers; w++) {
                int id = w;
                pool.submit(() -> IntStream.range(0, each).forEach(i -> box.tell(() -> seen.add(id * each + i))));
            }
        }
        finish(box);
        assertThat(seen).hasSize(writers * each);
        for (int w = 0; w < writers; w++) {
            int id = w;
            assertThat(seen.stream().filter(x -> x / each == id)).isSorted();
        }
    }

    @Test void failedTaskGivesItsCreditBackAndLaterTasksRun() throws Exception {
        var box = new Mailbox("romeo");
        var taken = new AtomicInteger();
        var credit = new Credit() {
            @Override public void take() { taken.incrementAndGet(); }

            @Override public void giveBack() { taken.decrementAndGet(); }
        };
        box.tell(credit, () -> { throw new StackOverflowError("meant"); });
        finish(box);
        assertThat(taken).hasValue(0);
    }

    private static void finish(Mailbox box) throws InterruptedException {
        var done = new CountDownLatch(1);
        box.tell(done::countDown);
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }
}
