package im.martlet.metrics;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Verdict;
import im.martlet.meter.LabelledCounter;
import java.util.List;

/** Stanzas that accounts send and that come for them, by kind. */
public final class StanzaMeters implements Extension {
    private final LabelledCounter tally = new LabelledCounter();

    @Override public List<Hook> hooks() {
        return List.of(Hook.onSend(InterceptorStage.SCREEN, this::count),
                Hook.onReceive(InterceptorStage.SCREEN, this::count),
                Hook.metric(tally.meter("martlet_stanzas",
                        "Stanzas that accounts have sent and that have come for them", "kind", "direction")));
    }

    private Verdict count(InterceptedStanza intercepted) {
        tally.add(intercepted.stanza().name(), switch (intercepted.direction()) {
            case SENT -> "sent";
            case RECEIVED -> "received";
        });
        return Verdict.pass();
    }
}
