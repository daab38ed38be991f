package im.martlet.extensions.muc;

import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.List;

/**
 * Runs the ad-hoc commands that features of rooms declare (XEP-0050). Each command checks its own forms; this class
 * checks that the command exists and that the user may run it.
 */
final class RoomAdHocCommands implements RoomFeature {
    private final RoomHooks hooks;

    @Inject RoomAdHocCommands(RoomHooks hooks) { this.hooks = hooks; }

    @Override public List<RoomHook> hooks() {
        return List.of(new RoomHook.DiscoFeature(Namespaces.COMMANDS),
                new RoomHook.RequestHandler(Namespaces.COMMANDS, this::run));
    }

    private void run(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        var element = request.element();
        if (!(request instanceof Iq.Set) || !element.name().equals("command"))
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        var command = element.attribute("node").flatMap(hooks::command)
                .orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND.plain()));
        if (!live.isStored() || !command.allowed().test(live.room(), request.from()))
            throw new StanzaException(Condition.FORBIDDEN.plain());
        command.query().answer(live, request, transaction);
    }
}
