package im.martlet.extensions.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What clients elsewhere want is found out after they have come: they may have gone by then. */
class RemoteInterestsTest {
    private static final Jid ROMEO = Jid.parse("romeo@localhost");
    private static final Jid JULIET = Jid.parse("juliet@capulet.example/balcony");

    private final RemoteInterests interests = new RemoteInterests();

    @Test void whoHasGoneBeforeItWasKnownIsNotInterested() {
        var first = interests.arrived(ROMEO, JULIET);
        interests.remove(ROMEO, JULIET);
        assertThat(interests.put(ROMEO, JULIET, first, Set.of("mood"))).isEmpty();
        var second = interests.arrived(ROMEO, JULIET);
        assertThat(interests.put(ROMEO, JULIET, second, Set.of("mood"))).containsExactly("mood");
        assertThat(interests.of(ROMEO, JULIET.bare(), "mood")).containsExactly(JULIET);
    }

    @Test void whatAnEarlierPresenceAnnouncedDoesNotReplaceWhatTheLastOneDid() {
        var first = interests.arrived(ROMEO, JULIET);
        var second = interests.arrived(ROMEO, JULIET);
        assertThat(interests.put(ROMEO, JULIET, second, Set.of("tune"))).containsExactly("tune");
        assertThat(interests.put(ROMEO, JULIET, first, Set.of("mood"))).isEmpty();
        assertThat(interests.of(ROMEO, JULIET.bare(), "tune")).containsExactly(JULIET);
    }

    @Test void onlyWhatIsNewIsNews() {
        interests.put(ROMEO, JULIET, interests.arrived(ROMEO, JULIET), Set.of("mood"));
        assertThat(interests.put(ROMEO, JULIET, interests.arrived(ROMEO, JULIET), Set.of("mood", "tune"))).containsExactly("tune");
    }
}
