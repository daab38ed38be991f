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
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.xml.Element;
import im.martlet.xml.XmlWriter;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The archive of a room, for who may enter it (XEP-0313 §3.3.2, §6.1.2). */
final class RoomArchiveQueries implements RoomQuery {
    private static final int END = "</message>".length(); // there is always something before it: the id of its author

    private final ArchiveQueries queries;
    private final SlowServiceRequests reads;
    private final BlocklistCheck undesired;

    @Inject RoomArchiveQueries(ArchiveQueries queries, SlowServiceRequests reads, BlocklistCheck undesired) {
        this.undesired = undesired;
        this.queries = queries;
        this.reads = reads;
    }

    @Override public Set<String> namespaces() {
        return queries.features().stream().filter(f -> !f.contains("#")).collect(Collectors.toSet());
    }

    @Override public void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        var room = live.room();
        var occupant = room.withDevice(request.from());
        admit(room, request, occupant);
        boolean sees = room.config().isNonAnonymous() || occupant.filter(o -> o.role() == Role.MODERATOR).isPresent()
                || AffiliationPrivilege.ASSIGN_MODERATOR_ROLE.allows(room.affiliation(request.from()));
        var log = live.log().orElseThrow(() -> new StanzaException(Condition.SERVICE_UNAVAILABLE.plain()));
        var view = new View(live.key(), log, live.address(),
                selection -> permitted(selection, room, sees, request.from().bare()),
                entry -> sees ? withAddress(entry) : entry.stanza());
        long most = reads.asker(request).flatMap(s -> s.management().map(StreamManagementTerms::bytes))
                .orElse(Long.MAX_VALUE) / 4; // see Mam
        reads.read(request, queries.answer(request, view, most)
                .orElseThrow(() -> new StanzaException(Condition.SERVICE_UNAVAILABLE.plain())), transaction);
    }

    /** "has the right to enter it at the time of the query" */
    private void admit(Room room, Iq.Request request, Optional<Occupant> occupant) {
        var affiliation = room.affiliation(request.from());
        boolean member = AffiliationPrivilege.ENTER_MEMBERS_ONLY_ROOM.allows(affiliation);
        boolean open = room.config().isOpen();
        if (!AffiliationPrivilege.ENTER_OPEN_ROOM.allows(affiliation) || undesired.has(room, request.from().bare())
                || !open && !member && occupant.isEmpty())
            throw new StanzaException(Condition.FORBIDDEN.because("only for who may enter the room"));
    }

    /** §4.1.1: who may not know who said something may not ask for it; what they have said themselves they know. */
    private static Selection permitted(Selection selection, Room room, boolean sees, Jid asker) {
        if (selection.with().filter(room.address()::equals).isPresent())
            return new Selection(Optional.empty(), selection.after(), selection.before(), selection.ids());
        if (selection.with().filter(with -> !with.bare().equals(asker)).isPresent() && !sees)
            throw new StanzaException(Condition.FORBIDDEN.because("who says what is not told here"));
        return selection;
    }

    private static byte[] withAddress(Entry entry) {
        var stanza = entry.stanza();
        var x = Element.of(MucXml.USER, "x").with(Element.of(MucXml.USER, "item").with("jid", entry.contact()));
        return new XmlWriter().written(Arrays.copyOf(stanza, stanza.length - END)).element(x, Stanza.CLIENT)
                .raw("</message>").toBytes();
    }
}
