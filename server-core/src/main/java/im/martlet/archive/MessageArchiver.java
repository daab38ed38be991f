package im.martlet.archive;

import im.martlet.address.Jid;
import im.martlet.archive.Retractions.Retraction;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Verdict;
import im.martlet.im.CatchUp;
import im.martlet.session.Account;
import im.martlet.session.AccountLog;
import im.martlet.session.Session;
import im.martlet.spec.Xep;
import im.martlet.stanza.Decision;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Appends messages to the logs of their sender and their recipient, and stamps the log id as stanza id. */
@Xep(number = 334, title = "Message Processing Hints", version = "1.0.0")
@Xep(number = 359, title = "Unique and Stable Stanza IDs", version = "0.7.0")
@Xep(number = 424, title = "Message Retraction", version = "0.4.2",
        note = "retracted messages leave tombstones in the archive")
public final class MessageArchiver implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(MessageArchiver.class);
    private static final String FULL = "too many messages wait for this account";
    private static final int LONGEST_ORIGIN = 200; // characters of an id that the sender chose

    /** @param messages number of messages that may wait for one account; a reload may change it */
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
        var archiving = enabled ? List.of(Hook.feature(StanzaIds.NS), Hook.accountFeature(StanzaIds.NS),
                Hook.feature(KeepPolicy.RETRACT), Hook.accountFeature(KeepPolicy.RETRACT),
                Hook.accountFeature(KeepPolicy.RETRACT + "#tombstone"),
                Hook.onSend(InterceptorStage.ARCHIVE, this::sent),
                Hook.onReceive(InterceptorStage.ARCHIVE, this::received))
                : List.of(Hook.onReceive(InterceptorStage.ARCHIVE, this::receivedUnarchived));
        return Stream.of(always, archiving).flatMap(List::stream).toList();
    }

    private static Verdict clean(InterceptedStanza intercepted) {
        if (!(intercepted.stanza() instanceof Message m)) return Verdict.pass();
        var clean = StanzaIds.withoutForged(m, intercepted.account().jid());
        return clean == m ? Verdict.pass() : Verdict.change(clean);
    }

    private Verdict sent(InterceptedStanza intercepted) {
        // a message to the own account is archived when it is received (XEP-0313 §6.1.1)
        if (!(intercepted.stanza() instanceof Message m) || !(m.to() instanceof Jid to)
                || to.bare().equals(intercepted.account().jid()))
            return Verdict.pass();
        if (policy.keepPolicy(intercepted.account(), to, m) == KeepPolicy.HISTORY)
            return Verdict.change(append(intercepted, m, to, false, true));
        // the account may have archived the retracted message, with earlier preferences
        if (KeepPolicy.of(m) == KeepPolicy.HISTORY)
            retract(intercepted, m.logged(LogId.last(Instant.now())), to, false);
        return Verdict.pass();
    }

    private Verdict received(InterceptedStanza intercepted) {
        if (!(intercepted.stanza() instanceof Message m)) return Verdict.pass();
        var account = intercepted.account();
        var keep = policy.keepPolicy(account, m.from(), m);
        if (keep == KeepPolicy.NOTHING) // the log id is of the sender's log
            return m.log() == 0 ? Verdict.pass() : Verdict.change(m.logged(0));
        if (!hasRoom(account)) return full(account, m);
        return Verdict.change(keep == KeepPolicy.UNTIL_DELIVERED ? append(intercepted, m, m.from(), true, false)
                : StanzaIds.stamp(append(intercepted, m, m.from(), true, true), account.jid()));
    }

    /** Without archives the server logs a message only if no session gets it now. */
    private Verdict receivedUnarchived(InterceptedStanza intercepted) {
        if (!(intercepted.stanza() instanceof Message m)) return Verdict.pass();
        var account = intercepted.account();
        Decision.NOT_ARCHIVED.log(LOG, "the settings disable archives", account.jid(), m);
        if (KeepPolicy.of(m) == KeepPolicy.NOTHING
                || account.sessions().stream().anyMatch(s -> s.wantsMessages() && !CatchUp.isBehind(s)))
            return Verdict.pass();
        return hasRoom(account) ? Verdict.change(append(intercepted, m, m.from(), true, false)) : full(account, m);
    }

    private boolean hasRoom(Account account) {
        return account.log().waiting() < limit.messages().getAsInt()
                || account.sessions().stream().anyMatch(Session::wantsMessages);
    }

    private static Verdict full(Account account, Message m) {
        Decision.REFUSED.log(LOG, FULL, account.jid(), m);
        return Verdict.bounce(Condition.SERVICE_UNAVAILABLE.because(FULL));
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
