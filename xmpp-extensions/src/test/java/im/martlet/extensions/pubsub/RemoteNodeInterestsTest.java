package im.martlet.extensions.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.stanza.Presence;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Interests of remote clients, while their presence comes and goes. */
class RemoteNodeInterestsTest {
    private static final Jid ROMEO = Jid.parse("romeo@here.example");
    private static final Jid JULIET = Jid.parse("juliet@there.example/x");
    private static final Set<String> TUNES = Set.of("urn:example:tune");

    private final RemoteNodeInterests interests = new RemoteNodeInterests();

    private static Presence presence() { return Presence.of(Presence.Type.AVAILABLE, JULIET, ROMEO); }

    private Set<String> available(Presence presence) {
        interests.seen(ROMEO, presence);
        return interests.put(ROMEO, presence, TUNES);
    }

    @Test void aNewInterestIsReportedOnce() {
        assertThat(available(presence())).isEqualTo(TUNES);
        assertThat(available(presence())).isEmpty();
        assertThat(interests.of(ROMEO, JULIET.bare(), "urn:example:tune")).containsExactly(JULIET);
    }

    @Test void aClientThatLeftBeforeItsInterestsWereKnownHasNone() {
        var first = presence();
        interests.seen(ROMEO, first);
        interests.remove(ROMEO, JULIET);
        assertThat(interests.put(ROMEO, first, TUNES)).isEmpty();
        assertThat(interests.of(ROMEO, JULIET.bare(), "urn:example:tune")).isEmpty();
        assertThat(available(presence())).isEqualTo(TUNES);
    }

    @Test void onlyTheLatestPresenceSetsInterests() {
        var first = presence();
        interests.seen(ROMEO, first);
        var second = presence();
        interests.seen(ROMEO, second);
        assertThat(interests.put(ROMEO, first, Set.of("urn:example:mood"))).isEmpty();
        assertThat(interests.put(ROMEO, second, TUNES)).isEqualTo(TUNES);
    }

    @Test void onlyTheLatestClientsOfAContactAreKept() {
        for (int i = 0; i < 10_000; i++) {
            var presence = Presence.of(Presence.Type.AVAILABLE, JULIET.withResource("r" + i), ROMEO);
            interests.seen(ROMEO, presence);
            interests.put(ROMEO, presence, TUNES);
        }
        assertThat(interests.of(ROMEO, JULIET.bare(), "urn:example:tune")).hasSize(50)
                .contains(JULIET.withResource("r9999")).doesNotContain(JULIET.withResource("r0"));
        var nurse = Presence.of(Presence.Type.AVAILABLE, Jid.parse("nurse@there.example/x"), ROMEO);
        interests.seen(ROMEO, nurse);
        interests.put(ROMEO, nurse, TUNES);
        assertThat(interests.of(ROMEO, nurse.from().bare(), "urn:example:tune")).containsExactly(nurse.from());
    }
}
