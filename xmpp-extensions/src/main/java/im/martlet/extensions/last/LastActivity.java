package im.martlet.extensions.last;

import static im.martlet.extension.Hook.To.ACCOUNT;
import static im.martlet.extension.Hook.To.SERVER;
import static im.martlet.extension.Hook.accountFeature;
import static im.martlet.extension.Hook.feature;
import static im.martlet.extension.Hook.onGet;
import static im.martlet.extension.Hook.onReceive;
import static im.martlet.extension.Hook.onSession;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Query;
import im.martlet.extension.SessionEvent;
import im.martlet.extension.Verdict;
import im.martlet.im.Visibility;
import im.martlet.spec.Xep;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.log.LastSeen;
import im.martlet.storage.log.LastSeen.Departure;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * XEP-0012: tells how long the server is up, and how long ago an account's last client went offline. Only addresses
 * that may see the account's presence get the latter.
 */
@Xep(number = 12, title = "Last Activity", version = "2.0",
        note = "strangers get service-unavailable instead of forbidden: the same as for an account that does not exist")
public final class LastActivity implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(LastActivity.class);
    private static final String NS = "jabber:iq:last";

    private final LastSeen lastSeen;
    private final Visibility visibility;
    private final Instant started = Instant.now();

    @Inject LastActivity(LastSeen lastSeen, Visibility visibility) {
        this.lastSeen = lastSeen;
        this.visibility = visibility;
    }

    @Override public List<Hook> hooks() {
        return List.of(feature(NS), accountFeature(NS),
                onGet(SERVER, NS, "query", query -> query.result(answer(started, ""))),
                onGet(ACCOUNT, NS, "query", this::ofAccount),
                onReceive(InterceptorStage.SCREEN, this::screen),
                onSession(event -> {
                    if (event instanceof SessionEvent.Unavailable(var session, var presence)
                            && session.account().availableSessions().isEmpty())
                        lastSeen.put(session.account().existingKey(),
                                new Departure(Instant.now().truncatedTo(ChronoUnit.MILLIS), status(presence)));
                }));
    }

    /** Refuses a query to a client from an address that may not see the account's presence (§4). */
    private Verdict screen(InterceptedStanza intercepted) {
        var stanza = intercepted.stanza();
        boolean asks = stanza instanceof Iq.Get get && get.to().isFull() && get.element().is(NS, "query");
        if (!asks || visibility.maySee(intercepted.account(), stanza.from())) return Verdict.pass();
        Decision.REFUSED.log(LOG, "the sender may not see the account's presence", intercepted.account().jid(), stanza);
        return Verdict.bounce(Condition.SERVICE_UNAVAILABLE.plain());
    }

    private Iq.Response ofAccount(Query query) {
        var account = query.account();
        if (!visibility.maySee(account, query.iq().from()))
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain()); // §8, and RFC 6121 §8.5.1
        if (!account.availableSessions().isEmpty()) return query.result(answer(Instant.now(), "")); // §4: 0 seconds
        return query.result(lastSeen.of(account.existingKey()).map(seen -> answer(seen.at(), seen.status()))
                .orElseThrow(() -> new StanzaException(
                        Condition.ITEM_NOT_FOUND.because("no client of this account has been online yet"))));
    }

    private static Element answer(Instant since, String text) {
        return Element.of(NS, "query").with("seconds", Math.max(0, Duration.between(since, Instant.now()).toSeconds()))
                .withText(text);
    }

    private static String status(Presence presence) {
        return presence.child(Stanza.CLIENT, "status").map(Element::text).orElse("");
    }
}
