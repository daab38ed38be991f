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

/**
 * XEP-0012: how long the server is up; how long ago an account's last device went, for those who may see its presence.
 */
@Xep(number = 12, title = "Last Activity", version = "2.0",
        note = "strangers are told service-unavailable, not forbidden: the same as of an account that does not exist")
public final class LastActivity implements Extension {
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

    /** §4: what is for a device of the account reaches it only from who may see the account's presence. */
    private Verdict screen(InterceptedStanza intercepted) {
        boolean asks = intercepted.stanza() instanceof Iq.Get get && get.to().isFull() && get.element().is(NS, "query");
        return asks && !visibility.maySee(intercepted.account(), intercepted.stanza().from())
                ? Verdict.bounce(Condition.SERVICE_UNAVAILABLE.plain()) : Verdict.pass();
    }

    private Iq.Response ofAccount(Query query) {
        var account = query.account();
        if (!visibility.maySee(account, query.iq().from()))
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain()); // §8, and RFC 6121 §8.5.1
        if (!account.availableSessions().isEmpty()) return query.result(answer(Instant.now(), "")); // §4: online is no time ago
        return query.result(lastSeen.of(account.existingKey()).map(seen -> answer(seen.at(), seen.status()))
                .orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND.because("nobody has been here yet"))));
    }

    private static Element answer(Instant since, String text) {
        return Element.of(NS, "query").with("seconds", Math.max(0, Duration.between(since, Instant.now()).toSeconds()))
                .withText(text);
    }

    private static String status(Presence presence) {
        return presence.child(Stanza.CLIENT, "status").map(Element::text).orElse("");
    }
}
