package im.martlet.im;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.stanza.Presence.Type;
import im.martlet.storage.account.Rosters.Item;
import im.martlet.storage.account.Rosters.Subscription;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the tables of RFC 6121 appendix A. */
class SubscriptionStatesTest {
    private static final Jid CONTACT = Jid.parse("juliet@example.com");

    /** §A.2.1 to §A.2.4: stanzas of the user. The last column tells whether the server routes the stanza. */
    @ParameterizedTest(name = "user sends {0} in {1}: {2}, routed: {3}")
    @CsvSource({
            "SUBSCRIBE, None, None+Out, true", "SUBSCRIBE, None+Out, None+Out, true",
            "SUBSCRIBE, None+In, None+Out+In, true",
            "SUBSCRIBE, None+Out+In, None+Out+In, true", "SUBSCRIBE, To, To, true", "SUBSCRIBE, To+In, To+In, true",
            "SUBSCRIBE, From, From+Out, true", "SUBSCRIBE, From+Out, From+Out, true", "SUBSCRIBE, Both, Both, true",

            "UNSUBSCRIBE, None, None, true", "UNSUBSCRIBE, None+Out, None, true", "UNSUBSCRIBE, None+In, None+In, true",
            "UNSUBSCRIBE, None+Out+In, None+In, true", "UNSUBSCRIBE, To, None, true",
            "UNSUBSCRIBE, To+In, None+In, true",
            "UNSUBSCRIBE, From, From, true", "UNSUBSCRIBE, From+Out, From, true", "UNSUBSCRIBE, Both, From, true",

            "SUBSCRIBED, None, None+Approved, false", "SUBSCRIBED, None+Out, None+Out+Approved, false",
            "SUBSCRIBED, None+In, From, true",
            "SUBSCRIBED, None+Out+In, From+Out, true", "SUBSCRIBED, To, To+Approved, false",
            "SUBSCRIBED, To+In, Both, true",
            "SUBSCRIBED, From, From, false", "SUBSCRIBED, From+Out, From+Out, false", "SUBSCRIBED, Both, Both, false",

            "UNSUBSCRIBED, None, None, false", "UNSUBSCRIBED, None+Out, None+Out, false",
            "UNSUBSCRIBED, None+In, None, true",
            "UNSUBSCRIBED, None+Out+In, None+Out, true", "UNSUBSCRIBED, To, To, false", "UNSUBSCRIBED, To+In, To, true",
            "UNSUBSCRIBED, From, None, true", "UNSUBSCRIBED, From+Out, None+Out, true", "UNSUBSCRIBED, Both, To, true",
            "UNSUBSCRIBED, None+Approved, None, false" }) void stanzasOfTheUser(Type type, String before, String after,
                    boolean routed) {
        var outcome = SubscriptionStates.sent(type, item(before));
        assertThat(state(outcome.item())).isEqualTo(after);
        assertThat(outcome.passes()).isEqualTo(routed);
    }

    /** §A.3.1 to §A.3.4: stanzas of the contact. The last column tells whether the user gets the stanza. */
    @ParameterizedTest(name = "contact sends {0} in {1}: {2}, delivered: {3}")
    @CsvSource({
            "SUBSCRIBE, None, None+In, true", "SUBSCRIBE, None+Out, None+Out+In, true",
            "SUBSCRIBE, None+In, None+In, false",
            "SUBSCRIBE, None+Out+In, None+Out+In, false", "SUBSCRIBE, To, To+In, true",
            "SUBSCRIBE, To+In, To+In, false",
            "SUBSCRIBE, From, From, false", "SUBSCRIBE, From+Out, From+Out, false", "SUBSCRIBE, Both, Both, false",

            "UNSUBSCRIBE, None, None, false", "UNSUBSCRIBE, None+Out, None+Out, false",
            "UNSUBSCRIBE, None+In, None, true",
            "UNSUBSCRIBE, None+Out+In, None+Out, true", "UNSUBSCRIBE, To, To, false", "UNSUBSCRIBE, To+In, To, true",
            "UNSUBSCRIBE, From, None, true", "UNSUBSCRIBE, From+Out, None+Out, true", "UNSUBSCRIBE, Both, To, true",

            "SUBSCRIBED, None, None, false", "SUBSCRIBED, None+Out, To, true", "SUBSCRIBED, None+In, None+In, false",
            "SUBSCRIBED, None+Out+In, To+In, true", "SUBSCRIBED, To, To, false", "SUBSCRIBED, To+In, To+In, false",
            "SUBSCRIBED, From, From, false", "SUBSCRIBED, From+Out, Both, true", "SUBSCRIBED, Both, Both, false",

            "UNSUBSCRIBED, None, None, false", "UNSUBSCRIBED, None+Out, None, true",
            "UNSUBSCRIBED, None+In, None+In, false",
            "UNSUBSCRIBED, None+Out+In, None+In, true", "UNSUBSCRIBED, To, None, true",
            "UNSUBSCRIBED, To+In, None+In, true",
            "UNSUBSCRIBED, From, From, false", "UNSUBSCRIBED, From+Out, From, true",
            "UNSUBSCRIBED, Both, From, true" }) void stanzasOfTheContact(Type type, String before, String after,
                    boolean delivered) {
        var outcome = SubscriptionStates.received(type, item(before), "<presence/>");
        assertThat(state(outcome.item())).isEqualTo(after);
        assertThat(outcome.passes()).isEqualTo(delivered);
    }

    @ParameterizedTest(name = "the server answers a request in {0}")
    @CsvSource({ "From", "From+Out", "Both" }) void serverAnswersARequestThatWasGrantedBefore(String state) { // §3.1.3
        assertThat(SubscriptionStates.received(Type.SUBSCRIBE, item(state), "<presence/>").autoReply()).isTrue();
    }

    @Test void preApprovedRequestIsGrantedWithoutTheUser() { // §3.4.2
        var outcome = SubscriptionStates.received(Type.SUBSCRIBE, item("To+Approved"), "<presence/>");
        assertThat(state(outcome.item())).isEqualTo("Both");
        assertThat(outcome.autoReply()).isTrue();
        assertThat(outcome.passes()).isFalse();
    }

    @Test void requestIsKeptUnchangedUntilTheUserAnswers() {
        var asked = SubscriptionStates
                .received(Type.SUBSCRIBE, SubscriptionStates.stranger(CONTACT), "<presence type='subscribe'/>").item();
        assertThat(asked.request()).contains("<presence type='subscribe'/>");
        assertThat(asked.listed()).as("a stranger's request does not put the stranger on the roster").isFalse();
        assertThat(SubscriptionStates.sent(Type.SUBSCRIBED, asked).item().listed()).isTrue();
    }

    private static Item item(String state) {
        var parts = Set.of(state.split("\\+"));
        var subscription = Subscription.valueOf(state.split("\\+")[0].toUpperCase(java.util.Locale.ROOT));
        return new Item(CONTACT, "", Set.of(), subscription, parts.contains("Out"), parts.contains("Approved"),
                parts.contains("In") ? Optional.of("<presence/>") : Optional.empty(), true);
    }

    private static String state(Item i) {
        var name = i.subscription().name();
        return name.charAt(0) + name.substring(1).toLowerCase(java.util.Locale.ROOT) + (i.pendingOut() ? "+Out" : "")
                + (i.pendingIn() ? "+In" : "") + (i.approved() ? "+Approved" : "");
    }
}
