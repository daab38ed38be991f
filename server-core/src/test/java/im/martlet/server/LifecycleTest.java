package im.martlet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.martlet.server.Lifecycle.Part;
import im.martlet.server.StartException.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    private final List<String> events = new ArrayList<>();
    private final Lifecycle lifecycle = new Lifecycle();

    private Part part(String name) {
        return new Part(name).startsWith(() -> events.add("start " + name))
                .refusesWith(() -> events.add("refuse " + name)).farewellWith(_ -> events.add("farewell " + name))
                .closesWith(() -> events.add("close " + name));
    }

    @Test void partsStartInOrderAndStopInReverseInThreeRounds() throws Exception {
        lifecycle.start(List.of(part("a"), part("b")));
        lifecycle.stop(Duration.ZERO);
        assertThat(events).containsExactly("start a", "start b", "refuse b", "refuse a", "farewell b", "farewell a",
                "close b", "close a");
    }

    @Test void aFailedStartStopsTheStartedPartsWithoutAFarewell() {
        var failing = part("b").startsWith(() -> {
            throw new StartException(Status.PORT_IN_USE, "the port is in use", new Exception());
        });
        assertThatThrownBy(() -> lifecycle.start(List.of(part("a"), failing, part("c"))))
                .isInstanceOf(StartException.class).hasMessage("the port is in use");
        assertThat(events).containsExactly("start a", "refuse b", "refuse a", "close b", "close a");
    }

    @Test void aPartThatDoesNotStopDoesNotKeepTheOthersFromStopping() throws Exception {
        lifecycle.start(List.of(part("a"), part("b").closesWith(() -> {
            throw new IllegalStateException("for this test");
        })));
        lifecycle.stop(Duration.ZERO);
        assertThat(events).contains("close a");
    }

    @Test void anInterruptedStopLeavesOutTheRemainingFarewells() throws Exception {
        lifecycle.start(List.of(part("a"), part("b").farewellWith(_ -> {
            throw new InterruptedException();
        })));
        lifecycle.stop(Duration.ZERO);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(events).doesNotContain("farewell a").endsWith("close b", "close a");
    }
}
