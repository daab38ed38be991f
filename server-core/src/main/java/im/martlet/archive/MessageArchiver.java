package im.martlet.archive;

import im.martlet.address.Jid;
import im.martlet.archive.Retractions.Retraction;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Verdict;
import im.martlet.extension.Xep;
import im.martlet.session.Account;
import im.martlet.session.AccountLog;
import im.martlet.session.Session;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaIds;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Journal.Write;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/** Puts messages into the logs of who sent them and who received them, and says where they stand there. */
@Xep(number = 334, title = "Message Processing Hints", version = "1.0.0")
@Xep(number = 359, title = "Unique and Stable Stanza IDs", version = "0.7.0")
@Xep(number = 424, title = "Message Retraction", version = "0.4.2",
        note = "retracted messages leave tombstones in the archive")
public final class MessageArchiver implements Extension {
    private static final int LONGEST_ORIGIN = 200;

    /** @param messages that may wait for one account; may change */
    public record OfflineLimit(IntSupplier messages) {}

    private final ArchivePolicy policy;
    private final OfflineLimit limit;
    private final boolean enabled;
    private final Retractions retractions;

    @Inject MessageArchiver(ArchivePolicy policy, OfflineLimit limit, Retention.Settings settings,
            Retractions retractions) {
        this.policy = policy;
        this.retractions = retractions;
        this.limit = limit;
        this.enabled = settings.enabled();
    }

    @Override public List<Hook> hooks() {
        var always = List.of(Hook.onSend(InterceptorStage.STAMP, MessageArchiver::clean),
                Hook.onReceive(InterceptorStage.STAMP, MessageArchiver::clean));
        var chosen = enabled ? List.of(Hook.feature(StanzaIds.NS), Hook.accountFeature(StanzaIds.NS),
                Hook.feature(KeepPolicy.RETRACT), Hook.accountFeature(KeepPolicy.RETRACT),
                Hook.accountFeature(KeepPolicy.RETRACT + "#tombstone"),
                Hook.onSend(InterceptorStage.ARCHIVE, this::sent),
                Hook.onReceive(InterceptorStage.ARCHIVE, this::received))
                : List.of(Hook.onReceive(InterceptorStage.ARCHIVE, this::receivedUnarchived));
        return Stream.of(always, chosen).flatMap(List::stream).toList();
    }

    private static Verdict clean(InterceptedStanza intercepted) {
        if (!(intercepted.stanza() instanceof Message m)) return Verdict.pass();
        var clean = StanzaIds.withoutForged(m, intercepted.account().jid());
        return clean == m ? Verdict.pass() : Verdict.change(clean);
    }

    private Verdict sent(InterceptedStanza intercepted) {
        // what one sends oneself is received here, too, and is in the archive once (XEP-0313 §6.1.1)
        if (!(intercepted.stanza() instanceof Message m) || !(m.to() instanceof Jid to)
                || to.bare().equals(intercepted.account().jid()))
            return Verdict.pass();
        if (policy.worth(intercepted.account(), to, KeepPolicy.of(m)) == KeepPolicy.HISTORY)
            return Verdict.change(append(intercepted, m, to, false, true));
        if (KeepPolicy.of(m) == KeepPolicy.HISTORY)
            retract(intercepted, m.logged(LogId.last(Instant.now())), to, false); // of when more was kept
        return Verdict.pass();
    }

    private Verdict received(InterceptedStanza intercepted) {
        if (!(intercepted.stanza() instanceof Message m)) return Verdict.pass();
        var account = intercepted.account();
        return switch (policy.worth(account, m.from(), KeepPolicy.of(m))) {
            case NOTHING -> m.log() == 0 ? Verdict.pass() : Verdict.change(m.logged(0)); // the number was the sender's
            case UNTIL_DELIVERED ->
                    hasRoom(account) ? Verdict.change(append(intercepted, m, m.from(), true, false)) : full();
            case HISTORY -> hasRoom(account)
                    ? Verdict.change(StanzaIds.stamp(append(intercepted, m, m.from(), true, true), account.jid()))
                    : full();
        };
    }

    /** Without archives a message is in the log only while nobody is here to take it. */
    private Verdict receivedUnarchived(InterceptedStanza intercepted) {
        var account = intercepted.account();
        if (!(intercepted.stanza() instanceof Message m) || KeepPolicy.of(m) == KeepPolicy.NOTHING
                || account.sessions().stream().anyMatch(s -> s.wantsMessages() && !s.isBehind()))
            return Verdict.pass();
        return hasRoom(account) ? Verdict.change(append(intercepted, m, m.from(), true, false)) : full();
    }

    private boolean hasRoom(Account account) {
        return account.log().waiting() < limit.messages().getAsInt()
                || account.sessions().stream().anyMatch(Session::wantsMessages);
    }

    private static Verdict full() {
        return Verdict.bounce(Condition.SERVICE_UNAVAILABLE.because("too many messages wait for this account"));
    }

    private Message append(InterceptedStanza intercepted, Message m, Jid contact, boolean incoming, boolean history) {
        var account = intercepted.account();
        AccountLog log = account.log();
        long id = history ? log.appendHistory() : log.append();
        var entry = new Entry(id, contact, incoming, history, origin(m), StoredStanza.bytes(m));
        intercepted.transaction().record(new Write.Append(account.existingKey(), entry), () -> log.written(id));
        var logged = m.logged(id);
        retract(intercepted, logged, contact, incoming);
        return logged;
    }

    private void retract(InterceptedStanza intercepted, Message logged, Jid contact, boolean incoming) {
        logged.child(KeepPolicy.RETRACT, "retract").flatMap(retract -> retract.attribute("id"))
                .ifPresent(retracted -> retractions.retract(new Retraction(intercepted.account().existingKey(),
                        contact.bare(), incoming, logged, retracted), intercepted.transaction()));
    }

    private static Optional<String> origin(Message m) {
        return m.id().isEmpty() || m.id().length() > LONGEST_ORIGIN ? Optional.empty() : Optional.of(m.id());
    }
}
