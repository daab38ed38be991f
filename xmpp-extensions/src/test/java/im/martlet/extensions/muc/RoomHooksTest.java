package im.martlet.extensions.muc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.RoomConfig;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests that the hooks of several features are merged, and that clashes are found at start. */
class RoomHooksTest {
    private static final RoomQuery NO_ANSWER = (_, _, _) -> {};
    private static final Jid USER = Jid.parse("hag66@shakespeare.example");

    private static Room room() {
        return new Room(Jid.parse("coven@chat.example"), USER, RoomConfig.defaults(), _ -> false);
    }

    private static RoomHooks hooks(RoomHook... hooks) {
        RoomFeature first = () -> List.of(hooks[0]);
        RoomFeature others = () -> List.of(hooks).subList(1, hooks.length);
        return new RoomHooks(() -> Set.of(first, others));
    }

    @Test void twoFeaturesCannotHandleOneNamespace() {
        var hooks = hooks(new RoomHook.RequestHandler("urn:x", NO_ANSWER),
                new RoomHook.RequestHandler("urn:x", NO_ANSWER));
        assertThatThrownBy(hooks::serviceDeclarations).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("urn:x");
    }

    @Test void twoFeaturesCannotHandleOneCommand() {
        var hooks = hooks(new RoomHook.Command("urn:x", "One", (_, _) -> true, NO_ANSWER),
                new RoomHook.Command("urn:x", "Two", (_, _) -> true, NO_ANSWER));
        assertThatThrownBy(hooks::serviceDeclarations).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("urn:x");
    }

    @Test void twoFeaturesCannotKeepStateOfOneClass() {
        var slot = new RoomHook.StateSlot<>(String.class, () -> "", _ -> "");
        assertThatThrownBy(hooks(slot, slot)::serviceDeclarations).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("String");
    }

    @Test void onlyAllowedCommandsAreListed() {
        var hooks = hooks(new RoomHook.Command("urn:x", "One", (_, _) -> true, NO_ANSWER),
                new RoomHook.Command("urn:y", "Two", (_, _) -> false, NO_ANSWER));
        assertThat(hooks.commands(room(), USER)).extracting(RoomHook.Command::node).containsExactly("urn:x");
    }

    @Test void theNamespaceOfAPresenceElementIsReserved() {
        var hooks = hooks(new RoomHook.DiscoFeature("urn:y"),
                new RoomHook.PresenceElement("urn:x", (_, _) -> Optional.empty()));
        assertThat(hooks.isReserved("urn:x")).isTrue();
        assertThat(hooks.isReserved("urn:y")).isFalse();
    }

    @Test void aNewRoomGetsTheInitialStateOfEachFeature() {
        var room = room();
        hooks(new RoomHook.StateSlot<>(String.class, () -> "new", _ -> "stored")).initialize(room);
        assertThat(room.state(String.class)).isEqualTo("new");
    }
}
