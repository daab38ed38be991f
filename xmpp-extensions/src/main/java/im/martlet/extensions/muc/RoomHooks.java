package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extension.Hook;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.wire.RoomConfigForm;
import im.martlet.storage.key.AccountKey;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The hooks of all installed features of rooms, sorted by kind. Any thread.
 *
 * <p> The features are looked up at the first use, because some features need live rooms, and live rooms need these
 * hooks. {@link MultiUserChat} is the first user, so that a clash between two features stops the start of the server.
 */
@Singleton
final class RoomHooks {
    private final Provider<Set<RoomFeature>> features;
    private volatile @Nullable Sorted sorted;

    @Inject RoomHooks(Provider<Set<RoomFeature>> features) { this.features = features; }

    /** Returns the disco features that every room advertises. */
    Collection<String> discoFeatures() {
        return sorted().discoFeatures;
    }

    /** Returns the fields that features add to the room's form {@code muc#roominfo}, those with a value only. */
    List<Element> infoFields(LiveRoom live) {
        return sorted().infoFields.stream().map(field -> RoomConfigForm.shown(field.name(),
                field.values().apply(live).stream())).filter(field -> !field.children().isEmpty()).toList();
    }

    /** Returns the handler of requests with this namespace. */
    Optional<RoomQuery> query(String namespace) {
        return Optional.ofNullable(sorted().queries.get(namespace));
    }

    /** Returns the command with this node. */
    Optional<RoomHook.Command> command(String node) {
        return Optional.ofNullable(sorted().commands.get(node));
    }

    /** Returns the commands that a user may run in a room, in the order of their declaration. */
    List<RoomHook.Command> commands(Room room, Jid user) {
        return sorted().commands.values().stream().filter(command -> command.allowed().test(room, user)).toList();
    }

    /** Returns the elements that features add to the presence of an occupant. */
    List<Element> presenceElements(Room room, Occupant occupant) {
        return sorted().presenceElements.stream().flatMap(hook -> hook.element().apply(room, occupant).stream())
                .toList();
    }

    /** Returns whether only the room may send elements of this namespace, because a feature adds them to presence. */
    boolean isReserved(String namespace) {
        return sorted().reserved.contains(namespace);
    }

    /** Gives a new room the initial state of each feature. */
    void initialize(Room room) {
        sorted().slots.forEach(slot -> initialize(room, slot));
    }

    private static <T> void initialize(Room room, RoomHook.StateSlot<T> slot) {
        room.state(slot.type(), slot.initial().get());
    }

    /** Gives a stored room the stored state of each feature. May block. */
    void load(Room room, AccountKey key) {
        sorted().slots.forEach(slot -> load(room, key, slot));
    }

    private static <T> void load(Room room, AccountKey key, RoomHook.StateSlot<T> slot) {
        room.state(slot.type(), slot.load().apply(key));
    }

    /** Removes a deleted account from the stores of all features. May block. */
    void forgetStored(Jid account) {
        sorted().deletions.forEach(hook -> hook.stored().accept(account));
    }

    /** Removes a deleted account from the state of all features in a room, on the room's mailbox. */
    void forgetLive(Room room, Jid account) {
        sorted().deletions.forEach(hook -> hook.live().accept(room, account));
    }

    /** Returns the declarations of the service's domain. */
    List<Hook.Declaration> serviceDeclarations() {
        return sorted().declarations;
    }

    private Sorted sorted() {
        var known = sorted;
        if (known != null) return known;
        var made = new Sorted(); // two threads may both do this, which does no harm
        for (RoomFeature feature : features.get()) feature.hooks().forEach(made::add);
        sorted = made;
        return made;
    }

    /** Not changed any more after it was published. */
    private static final class Sorted {
        private final Set<String> discoFeatures = new TreeSet<>();
        private final List<RoomHook.InfoField> infoFields = new ArrayList<>();
        private final Map<String, RoomQuery> queries = new HashMap<>();
        private final Map<String, RoomHook.Command> commands = new LinkedHashMap<>();
        private final List<RoomHook.PresenceElement> presenceElements = new ArrayList<>();
        private final Set<String> reserved = new HashSet<>();
        private final List<RoomHook.StateSlot<?>> slots = new ArrayList<>();
        private final List<RoomHook.AccountDeletion> deletions = new ArrayList<>();
        private final List<Hook.Declaration> declarations = new ArrayList<>();

        void add(RoomHook hook) {
            switch (hook) {
                case RoomHook.DiscoFeature feature -> discoFeatures.add(feature.var());
                case RoomHook.InfoField field -> infoFields.add(field);
                case RoomHook.RequestHandler handler -> {
                    if (queries.put(handler.namespace(), handler.query()) != null)
                        throw new IllegalStateException(
                                "two features of rooms handle requests of namespace " + handler.namespace());
                }
                case RoomHook.Command command -> {
                    if (commands.put(command.node(), command) != null)
                        throw new IllegalStateException("two features of rooms handle the command " + command.node());
                }
                case RoomHook.PresenceElement element -> {
                    presenceElements.add(element);
                    reserved.add(element.namespace());
                }
                case RoomHook.StateSlot<?> slot -> {
                    if (slots.stream().anyMatch(other -> other.type() == slot.type()))
                        throw new IllegalStateException("two features of rooms keep state of " + slot.type());
                    slots.add(slot);
                }
                case RoomHook.AccountDeletion deletion -> deletions.add(deletion);
                case RoomHook.ServiceDeclaration declared -> declarations.add(declared.declaration());
            }
        }
    }
}
