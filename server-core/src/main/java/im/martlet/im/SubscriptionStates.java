package im.martlet.im;

import im.martlet.address.Jid;
import im.martlet.stanza.Presence;
import im.martlet.storage.account.Rosters.Item;
import im.martlet.storage.account.Rosters.Subscription;
import java.util.Optional;
import java.util.Set;

/** The state machine of subscriptions (RFC 6121 appendix A), with one method for each direction. Pure. */
public final class SubscriptionStates {
    private SubscriptionStates() {}

    /**
     * The effect of a subscription stanza.
     *
     * @param item the contact afterwards
     * @param passes whether the stanza is passed on: to the contact if the user sent it, to the user if the contact did
     * @param autoReply whether the server answers "subscribed" for the user (§3.1.3, §3.4)
     */
    public record Outcome(Item item, boolean passes, boolean autoReply) {
        private static Outcome of(Item item, boolean passes) { return new Outcome(item, passes, false); }
    }

    /** Returns the item of a contact that is not on the roster. */
    public static Item stranger(Jid contact) {
        return new Item(contact, "", Set.of(), Subscription.NONE, false, false, Optional.empty(), false);
    }

    /** Returns the effect of a stanza that the user sends (§A.2). */
    public static Outcome sent(Presence.Type type, Item now) {
        var s = now.subscription();
        return switch (type) {
            case SUBSCRIBE -> Outcome.of(s.hasTo() ? now : listed(pendingOut(now, true)), true);
            case UNSUBSCRIBE -> Outcome.of(pendingOut(with(now, Subscription.of(false, s.hasFrom())), false), true);
            case SUBSCRIBED -> {
                if (now.pendingIn())
                    yield Outcome.of(listed(answered(with(now, Subscription.of(s.hasTo(), true)))), true);
                yield Outcome.of(s.hasFrom() ? now : listed(approved(now, true)), false); // §3.4: pre-approval
            }
            case UNSUBSCRIBED -> Outcome.of(approved(answered(with(now, Subscription.of(s.hasTo(), false))), false),
                    now.pendingIn() || s.hasFrom());
            case AVAILABLE, UNAVAILABLE, PROBE, ERROR ->
                    throw new IllegalArgumentException("not about subscriptions: " + type);
        };
    }

    /**
     * Returns the effect of a stanza that the contact sends (§A.3).
     *
     * @param request the stanza as XML; it is kept until the user answers it
     */
    public static Outcome received(Presence.Type type, Item now, String request) {
        var s = now.subscription();
        return switch (type) {
            case SUBSCRIBE -> {
                if (s.hasFrom()) yield new Outcome(now, false, true);
                if (now.approved())
                    yield new Outcome(approved(with(now, Subscription.of(s.hasTo(), true)), false), false, true);
                yield now.pendingIn() ? Outcome.of(now, false) : Outcome.of(asked(now, request), true);
            }
            case UNSUBSCRIBE ->
                    Outcome.of(answered(with(now, Subscription.of(s.hasTo(), false))), now.pendingIn() || s.hasFrom());
            case SUBSCRIBED -> now.pendingOut() && !s.hasTo()
                    ? Outcome.of(pendingOut(with(now, Subscription.of(true, s.hasFrom())), false), true)
                    : Outcome.of(now, false);
            case UNSUBSCRIBED -> Outcome.of(pendingOut(with(now, Subscription.of(false, s.hasFrom())), false),
                    now.pendingOut() || s.hasTo());
            case AVAILABLE, UNAVAILABLE, PROBE, ERROR ->
                    throw new IllegalArgumentException("not about subscriptions: " + type);
        };
    }

    /** Returns the contact after its server has refused the request, as if the user had not made it. */
    static Item refused(Item now) {
        return pendingOut(now, false);
    }

    private static Item with(Item i, Subscription subscription) {
        return new Item(i.contact(), i.name(), i.groups(), subscription, i.pendingOut(), i.approved(), i.request(),
                i.listed());
    }

    private static Item pendingOut(Item i, boolean pending) {
        return new Item(i.contact(), i.name(), i.groups(), i.subscription(), pending, i.approved(), i.request(),
                i.listed());
    }

    private static Item approved(Item i, boolean approved) {
        return new Item(i.contact(), i.name(), i.groups(), i.subscription(), i.pendingOut(), approved, i.request(),
                i.listed());
    }

    private static Item asked(Item i, String request) {
        return new Item(i.contact(), i.name(), i.groups(), i.subscription(), i.pendingOut(), i.approved(),
                Optional.of(request), i.listed());
    }

    private static Item answered(Item i) {
        return new Item(i.contact(), i.name(), i.groups(), i.subscription(), i.pendingOut(), i.approved(),
                Optional.empty(), i.listed());
    }

    private static Item listed(Item i) {
        return new Item(i.contact(), i.name(), i.groups(), i.subscription(), i.pendingOut(), i.approved(), i.request(),
                true);
    }
}
