package im.martlet.metrics;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Passage;
import im.martlet.extension.Stage;
import im.martlet.extension.Verdict;
import java.util.List;

/** Stanzas that accounts send and that come for them, by kind. */
public final class StanzaMeters implements Extension {
    private final Tally tally = new Tally();

    @Override public List<Hook> hooks() {
        return List.of(Hook.onSend(Stage.SCREEN, this::count), Hook.onReceive(Stage.SCREEN, this::count),
                Hook.metric(tally.meter("martlet_stanzas", "Stanzas that accounts have sent and that have come for them", "kind", "direction")));
    }

    private Verdict count(Passage passage) {
        tally.add(passage.stanza().name(), switch (passage.direction()) {
            case SENT -> "sent";
            case RECEIVED -> "received";
        });
        return Verdict.pass();
    }
}
