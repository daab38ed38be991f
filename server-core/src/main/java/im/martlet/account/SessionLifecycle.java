package im.martlet.account;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.extension.Kernel;
import im.martlet.extension.SessionEvent;
import im.martlet.negotiation.SessionPort;
import im.martlet.negotiation.Step;
import im.martlet.session.Account;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Credit;
import im.martlet.session.Link;
import im.martlet.session.Session;
import im.martlet.session.StanzaReceipt;
import im.martlet.session.StreamManagementTerms;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaReader;
import im.martlet.stanza.StanzaReader.Result;
import im.martlet.stanza.StreamError;
import im.martlet.storage.db.StorageException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Binds sessions, receives their elements, and ends or detaches them when their stream closes. Everything runs on the
 * account's mailbox.
 */
public final class SessionLifecycle implements SessionPort {
    /** The number of sessions that one account may have at once. */
    public record MostPerAccount(int sessions) {}

    private final AccountDirectory directory;
    private final Kernel kernel;
    private final OutboundStanzas outbound;
    private final SessionResumption resumption;
    private final SessionEnd sessionEnd;
    private final Provider<MostPerAccount> most; // a reload may change it

    @Inject SessionLifecycle(AccountDirectory directory, Kernel kernel, OutboundStanzas outbound,
            SessionResumption resumption, SessionEnd sessionEnd, Provider<MostPerAccount> most) {
        this.directory = directory;
        this.kernel = kernel;
        this.outbound = outbound;
        this.resumption = resumption;
        this.sessionEnd = sessionEnd;
        this.most = most;
    }

    @Override public void bind(Jid user, BindRequest wanted, Link link, Consumer<BindResult> answer) {
        directory.tell(user, Credit.UNLIMITED, account -> bind(account, wanted, link, answer));
    }

    private void bind(Account account, BindRequest wanted, Link link, Consumer<BindResult> answer) {
        Optional<StanzaError> refusal;
        try {
            var name = account.jid().withResource(wanted.resource().orElseGet(RandomIds::next));
            var replaced = account.sessions().stream()
                    .filter(s -> s.jid().equals(name) || wanted.together() && isOfSameClient(s.link(), link)).toList();
            refusal = refusal(account, account.sessions().size() - replaced.size());
            if (refusal.isEmpty()) {
                replaced.forEach(this::replace);
                add(new Session(account, name, link, this::endUnsound), wanted, answer);
                return;
            }
        } catch (JidException e) {
            refusal = Optional.of(Condition.BAD_REQUEST.because(String.valueOf(e.getMessage()))); // RFC 6120 §7.7.2.1
        } catch (StorageException e) {
            refusal = Optional.of(Condition.INTERNAL_SERVER_ERROR.plain().as(StanzaError.Type.WAIT));
        }
        answer.accept(new BindResult.Refused(refusal.orElseThrow()));
    }

    /** XEP-0386 §3.2: one client has one session. */
    private static boolean isOfSameClient(Link one, Link other) {
        var id = one.details().client().id();
        return !id.isEmpty() && id.equals(other.details().client().id());
    }

    private Optional<StanzaError> refusal(Account account, int others) {
        if (!account.isEnabled())
            return Optional.of(Condition.NOT_ALLOWED.because("the account is disabled or deleted"));
        int allowed = most.get().sessions();
        if (others < allowed) return Optional.empty();
        return Optional.of(Condition.RESOURCE_CONSTRAINT // §7.6.2.1
                .because("an account can have at most " + allowed + " sessions"));
    }

    /** §7.7.2.2: ends the older session of a resource. */
    private void replace(Session old) {
        old.link().end(StreamError.Condition.CONFLICT.because("another session has bound this resource"));
        sessionEnd.end(old);
    }

    private void add(Session session, BindRequest wanted, Consumer<BindResult> answer) {
        var account = session.account();
        answer.accept(new BindResult.Bound(session,
                wanted.together() ? kernel.bind2(session, wanted.features()) : List.of()));
        account.add(session);
        kernel.happened(new SessionEvent.Bound(session));
    }

    /** Ends a session that cannot continue. No logged message is lost, and no other message was acknowledged. */
    private void endUnsound(Session session, StreamError error) {
        session.account().tell(Credit.UNLIMITED, () -> {
            session.link().end(error);
            sessionEnd.end(session);
        });
    }

    @Override public void resume(Jid user, Step.Resume request, Link link, Consumer<Resumption> answer) {
        directory.tell(user, Credit.UNLIMITED, account -> resumption.resume(account, request, link, answer));
    }

    @Override public void received(Session session, Element element, Link link, Credit credit) {
        var receipt = session.receipts().open(credit);
        session.account().tell(receipt, () -> {
            if (!isOn(session, link)) return; // replaced meanwhile; the client sends uncounted stanzas again
            if (isForeign(session, element)) {
                link.end(StreamError.Condition.INVALID_FROM
                        .because("the stanza has another 'from' than the stream, which is " + session.jid()));
                return;
            }
            read(session, element, receipt);
        });
    }

    private static boolean isOn(Session session, Link link) {
        return session.link() == link && session.account().sessions().contains(session);
    }

    private void read(Session session, Element element, StanzaReceipt receipt) {
        switch (StanzaReader.read(element, session.jid())) {
            case Result.Good(var stanza) -> {
                session.receipts().admit(receipt);
                outbound.send(session, stanza, receipt);
            }
            case Result.Bad(var answer) -> {
                session.receipts().admit(receipt);
                answer.ifPresent(session::send);
            }
            case Result.Unknown _ ->
                    kernel.nonStanzaHandler(element).ifPresentOrElse(handler -> handler.accept(session, element),
                            () -> session.link().end(
                                    StreamError.Condition.UNSUPPORTED_STANZA_TYPE
                                            .because("the element is no message, presence or iq: " + element.name())));
        }
    }

    /**
     * Returns true if the {@code from} of an element is not the address of the session or its account (RFC 6120
     * §8.1.2.1).
     */
    private static boolean isForeign(Session session, Element element) {
        return element.attribute("from").filter(from -> {
            try {
                var jid = Jid.parse(from);
                return !jid.equals(session.jid()) && !jid.equals(session.account().jid());
            } catch (JidException e) {
                return true;
            }
        }).isPresent();
    }

    @Override public void closed(Session session, Link link, boolean forGood) {
        session.account().tell(Credit.UNLIMITED, () -> {
            if (!isOn(session, link)) return; // the session has another connection by now
            if (forGood || session.management().filter(StreamManagementTerms::isResumable).isEmpty())
                sessionEnd.end(session);
            else resumption.detach(session);
        });
    }
}
