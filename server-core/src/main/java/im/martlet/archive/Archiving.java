package im.martlet.archive;

import im.martlet.address.Jid;
import im.martlet.archive.Retractions.Retraction;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Passage;
import im.martlet.extension.Stage;
import im.martlet.extension.Verdict;
import im.martlet.extension.Xep;
import im.martlet.session.Account;
import im.martlet.session.AccountLog;
import im.martlet.session.Session;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaIds;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.Archive.Entry;
import im.martlet.storage.Journal.Write;
import im.martlet.storage.LogId;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/** Puts messages into the logs of who sent them and who received them, and says where they stand there. */
@Xep(number = 334, title = "Message Processing Hints", version = "1.0.0")
@Xep(number = 359, title = "Unique and Stable Stanza IDs", version = "0.7.0")
@Xep(number = 424, title = "Message Retraction", version = "0.4.2", note = "retracted messages leave tombstones in the archive")
public final class Archiving implements Extension {
    private static final int LONGEST_ORIGIN = 200;

    /** @param messages that may wait for one account; may change */
    public record OfflineLimit(IntSupplier messages) {}

    private final Policy policy;
    private final OfflineLimit limit;
    private final boolean enabled;
    private final Retractions retractions;

    @Inject Archiving(Policy policy, OfflineLimit limit, Retention.Settings settings, Retractions retractions) {
        this.policy = policy;
        this.retractions = retractions;
        this.limit = limit;
        this.enabled = settings.enabled();
    }

    @Override public List<Hook> hooks() {
        var always = List.of(Hook.onSend(Stage.STAMP, Archiving::clean), Hook.onReceive(Stage.STAMP, Archiving::clean));
        var chosen = enabled ? List.of(Hook.feature(StanzaIds.NS), Hook.accountFeature(StanzaIds.NS),
                Hook.feature(Worth.RETRACT), Hook.accountFeature(Worth.RETRACT), Hook.accountFeature(Worth.RETRACT + "#tombstone"),
                Hook.onSend(Stage.ARCHIVE, this::sent), Hook.onReceive(Stage.ARCHIVE, this::received))
                : List.of(Hook.onReceive(Stage.ARCHIVE, this::receivedUnarchived));
        return Stream.of(always, chosen).flatMap(List::stream).toList();
    }

    private static Verdict clean(Passage passage) {
        if (!(passage.stanza() instanceof Message m)) return Verdict.pass();
        var clean = StanzaIds.withoutForged(m, passage.account().jid());
        return clean == m ? Verdict.pass() : Verdict.change(clean);
    }

    private Verdict sent(Passage passage) {
        // what one sends oneself is received here, too, and is in the archive once (XEP-0313 §6.1.1)
        if (!(passage.stanza() instanceof Message m) || !(m.to() instanceof Jid to) || to.bare().equals(passage.account().jid())) return Verdict.pass();
        if (policy.worth(passage.account(), to, Worth.of(m)) == Worth.HISTORY) return Verdict.change(append(passage, m, to, false, true));
        if (Worth.of(m) == Worth.HISTORY) retract(passage, m.logged(LogId.last(Instant.now())), to, false); // of when more was kept
        return Verdict.pass();
    }

    private Verdict received(Passage passage) {
        if (!(passage.stanza() instanceof Message m)) return Verdict.pass();
        var account = passage.account();
        return switch (policy.worth(account, m.from(), Worth.of(m))) {
            case NOTHING -> m.log() == 0 ? Verdict.pass() : Verdict.change(m.logged(0)); // the number was the sender's
            case UNTIL_DELIVERED -> hasRoom(account) ? Verdict.change(append(passage, m, m.from(), true, false)) : full();
            case HISTORY -> hasRoom(account) ? Verdict.change(StanzaIds.stamp(append(passage, m, m.from(), true, true), account.jid())) : full();
        };
    }

    /** Without archives a message is in the log only while nobody is here to take it. */
    private Verdict receivedUnarchived(Passage passage) {
        var account = passage.account();
        if (!(passage.stanza() instanceof Message m) || Worth.of(m) == Worth.NOTHING || account.sessions().stream().anyMatch(s -> s.wantsMessages() && !s.isBehind()))
            return Verdict.pass();
        return hasRoom(account) ? Verdict.change(append(passage, m, m.from(), true, false)) : full();
    }

    private boolean hasRoom(Account account) {
        return account.log().waiting() < limit.messages().getAsInt() || account.sessions().stream().anyMatch(Session::wantsMessages);
    }

    private static Verdict full() { return Verdict.bounce(Condition.SERVICE_UNAVAILABLE.because("too many messages wait for this account")); }

    private Message append(Passage passage, Message m, Jid contact, boolean incoming, boolean history) {
        var account = passage.account();
        AccountLog log = account.log();
        long id = history ? log.appendHistory() : log.append();
        var entry = new Entry(id, contact, incoming, history, origin(m), StoredStanza.bytes(m));
        passage.cause().record(new Write.Append(account.existingKey(), entry), () -> log.written(id));
        var logged = m.logged(id);
        retract(passage, logged, contact, incoming);
        return logged;
    }

    private void retract(Passage passage, Message logged, Jid contact, boolean incoming) {
        logged.child(Worth.RETRACT, "retract").flatMap(retract -> retract.attribute("id")).ifPresent(retracted ->
                retractions.retract(new Retraction(passage.account().existingKey(), contact.bare(), incoming, logged, retracted), passage.cause()));
    }

    private static Optional<String> origin(Message m) { return m.id().isEmpty() || m.id().length() > LONGEST_ORIGIN ? Optional.empty() : Optional.of(m.id()); }
}
