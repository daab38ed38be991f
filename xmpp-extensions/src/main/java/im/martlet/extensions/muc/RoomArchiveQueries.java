package im.martlet.extensions.muc;

import im.martlet.account.SlowServiceRequests;
import im.martlet.address.Jid;
import im.martlet.archive.ArchiveQueries;
import im.martlet.archive.ArchiveQueries.View;
import im.martlet.extensions.muc.rules.AffiliationPrivilege;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.session.StreamManagementTerms;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StanzaIds;
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.xml.Element;
import im.martlet.xml.XmlWriter;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Answers queries of a room's archive, for users that may enter the room (XEP-0313 §3.3.2, §6.1.2). */
final class RoomArchiveQueries implements RoomFeature {
    private static final int END = "</message>".length(); // a message is never empty: it has the author's occupant id

    private final ArchiveQueries queries;
    private final SlowServiceRequests slowRequests;
    private final BlocklistCheck blocklist;

    @Inject RoomArchiveQueries(ArchiveQueries queries, SlowServiceRequests slowRequests, BlocklistCheck blocklist) {
        this.queries = queries;
        this.slowRequests = slowRequests;
        this.blocklist = blocklist;
    }

    @Override public List<RoomHook> hooks() {
        var hooks = new ArrayList<RoomHook>();
        for (String feature : queries.features()) {
            hooks.add(new RoomHook.DiscoFeature(feature));
            if (!feature.contains("#")) hooks.add(new RoomHook.RequestHandler(feature, this::answer));
        }
        if (!hooks.isEmpty()) hooks.add(new RoomHook.DiscoFeature(StanzaIds.NS));
        return hooks;
    }

    private void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        var room = live.room();
        var occupant = room.withDevice(request.from());
        checkAccess(room, request, occupant);
        boolean seesAddresses = room.config().isNonAnonymous()
                || occupant.filter(o -> o.role() == Role.MODERATOR).isPresent()
                || AffiliationPrivilege.ASSIGN_MODERATOR_ROLE.allows(room.affiliation(request.from()));
        var log = live.log().orElseThrow(() -> new StanzaException(Condition.SERVICE_UNAVAILABLE.plain()));
        var view = new View(live.key(), log, live.address(),
                selection -> permitted(selection, room, seesAddresses, request.from().bare()),
                entry -> seesAddresses ? withAddress(entry) : entry.stanza());
        long most = slowRequests.asker(request).flatMap(s -> s.management().map(StreamManagementTerms::bytes))
                .orElse(Long.MAX_VALUE) / 4; // see Mam
        slowRequests.read(request, queries.answer(request, view, most)
                .orElseThrow(() -> new StanzaException(Condition.SERVICE_UNAVAILABLE.plain())), transaction);
    }

    /** Lets users pass with "the right to enter it at the time of the query" (§6.1.2), and occupants. */
    private void checkAccess(Room room, Iq.Request request, Optional<Occupant> occupant) {
        var affiliation = room.affiliation(request.from());
        boolean member = AffiliationPrivilege.ENTER_MEMBERS_ONLY_ROOM.allows(affiliation);
        boolean open = room.config().isOpen();
        if (!AffiliationPrivilege.ENTER_OPEN_ROOM.allows(affiliation)
                || blocklist.isBlocked(room, request.from().bare()) || !open && !member && occupant.isEmpty())
            throw new StanzaException(
                    Condition.FORBIDDEN.because("only users that may enter the room may read its archive"));
    }

    /** A user that may not see real addresses may not search for them, except for the user's own (§4.1.1). */
    private static Selection permitted(Selection selection, Room room, boolean seesAddresses, Jid asker) {
        if (selection.with().filter(room.address()::equals).isPresent())
            return new Selection(Optional.empty(), selection.after(), selection.before(), selection.ids());
        if (selection.with().filter(with -> !with.bare().equals(asker)).isPresent() && !seesAddresses)
            throw new StanzaException(Condition.FORBIDDEN.because("this room hides the addresses of its occupants"));
        return selection;
    }

    private static byte[] withAddress(Entry entry) {
        var stanza = entry.stanza();
        var x = Element.of(MucXml.USER, "x").with(Element.of(MucXml.USER, "item").with("jid", entry.contact()));
        return new XmlWriter().written(Arrays.copyOf(stanza, stanza.length - END)).element(x, Stanza.CLIENT)
                .raw("</message>").toBytes();
    }
}
