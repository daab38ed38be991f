package im.martlet.metrics;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Verdict;
import im.martlet.meter.LabelledCounter;
import java.util.List;

/** Counts the stanzas that accounts send and receive, by kind. */
public final class StanzaMeters implements Extension {
    private final LabelledCounter counter = new LabelledCounter();

    @Override public List<Hook> hooks() {
        return List.of(Hook.onSend(InterceptorStage.SCREEN, this::count),
                Hook.onReceive(InterceptorStage.SCREEN, this::count),
                Hook.metric(counter.meter("martlet_stanzas",
                        "Stanzas that accounts have sent and received", "kind", "direction")));
    }

    private Verdict count(InterceptedStanza intercepted) {
        counter.add(intercepted.stanza().name(), switch (intercepted.direction()) {
            case SENT -> "sent";
            case RECEIVED -> "received";
        });
        return Verdict.pass();
    }
}
