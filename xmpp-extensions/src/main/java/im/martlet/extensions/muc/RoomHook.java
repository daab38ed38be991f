package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extension.Hook;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Room;
import im.martlet.storage.key.AccountKey;
import im.martlet.xml.Element;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** One thing that a feature asks of every room. Plain data: {@link RoomHooks} reads it. */
public sealed interface RoomHook {
    /** Adds a feature to a room's disco#info (XEP-0045 §6.4). */
    record DiscoFeature(String var) implements RoomHook {}

    /**
     * Adds a field to the form {@code muc#roominfo} in a room's disco#info (XEP-0128).
     *
     * @param name the name of the field
     * @param values returns the values for a room; the field is left out when there are none. On the room's mailbox
     */
    record InfoField(String name, Function<LiveRoom, List<String>> values) implements RoomHook {}

    /** Answers IQ requests to a room itself with a payload of one namespace. Each namespace has one handler. */
    record RequestHandler(String namespace, RoomQuery query) implements RoomHook {}

    /**
     * Adds an ad-hoc command to every room (XEP-0050).
     *
     * @param node the name of the command; each node has one handler
     * @param title the name of the command for people
     * @param allowed tells whether a user may run the command in a room; a user without permission does not see it
     * @param query answers a request that executes the command and is allowed
     */
    record Command(String node, String title, BiPredicate<Room, Jid> allowed, RoomQuery query) implements RoomHook {}

    /**
     * Adds an element to the presence of occupants. Only the room may send elements of its namespace: the room removes
     * them from everything that occupants send.
     *
     * @param namespace the namespace of the element
     * @param element returns the element for an occupant, or empty for none. On the room's mailbox
     */
    record PresenceElement(String namespace, BiFunction<Room, Occupant, Optional<Element>> element)
            implements RoomHook {}

    /**
     * Keeps state of the feature in every live room, at {@link Room#state(Class)}. The state belongs to the room's
     * mailbox.
     *
     * @param type the class of the state; each class is used by one feature
     * @param initial makes the state of a new room
     * @param load reads the state of a stored room when the room becomes live; may block
     */
    record StateSlot<T>(Class<T> type, Supplier<T> initial, Function<AccountKey, T> load) implements RoomHook {}

    /**
     * Removes an account from the feature's state when the account is deleted, so that a new account with the same name
     * inherits nothing.
     *
     * @param stored removes the bare address from the store; may block
     * @param live removes the bare address from a live room, on the room's mailbox
     */
    record AccountDeletion(Consumer<Jid> stored, BiConsumer<Room, Jid> live) implements RoomHook {}

    /** Declares something of the room service's domain, such as a disco feature or an IQ handler. */
    record ServiceDeclaration(Hook.Declaration declaration) implements RoomHook {}
}
