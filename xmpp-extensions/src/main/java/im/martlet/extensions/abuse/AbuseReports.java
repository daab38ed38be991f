package im.martlet.extensions.abuse;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.routing.Router;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** XEP-0377: what users say of whom they block is brought to those who look after the server. */
public final class AbuseReports {
    public static final String NS = "urn:xmpp:reporting:1";
    private static final Logger LOG = LoggerFactory.getLogger(AbuseReports.class);
    private static final int MOST_TEXT = 2000; // characters
    private static final int MOST_MESSAGES = 20; // that are named

    private final Abuse.Settings settings;
    private final Router router;

    @Inject AbuseReports(Abuse.Settings settings, Router router) {
        this.settings = settings;
        this.router = router;
    }

    /** Refuses a report that says nothing (§4). */
    public static void check(Element report) {
        if (report.attribute("reason").filter(r -> !r.isBlank()).isEmpty())
            throw new StanzaException(Condition.BAD_REQUEST.because("a report has a reason"));
    }

    /**
     * Takes a report, which is good.
     *
     * @param reporter an account of this server
     * @param reported whom they have blocked
     */
    public void take(Jid reporter, Jid reported, Element report) {
        var reason = report.attribute("reason").orElse("");
        var text = report.children().stream().filter(e -> e.is(NS, "text")).map(Element::text).map(String::strip)
                .filter(t -> !t.isEmpty()).collect(Collectors.joining(" / "));
        var shortened = text.length() > MOST_TEXT ? text.substring(0, MOST_TEXT) + "…" : text;
        var messages = report.children().stream().filter(e -> e.name().equals("stanza-id")).limit(MOST_MESSAGES)
                .map(e -> e.attribute("id").orElse("")).toList();
        var said = "%s reports %s for %s%s%s".formatted(reporter, reported, reason,
                shortened.isEmpty() ? "" : ": " + shortened,
                messages.isEmpty() ? "" : " (messages " + String.join(", ", messages) + ")");
        LOG.info("{}", said.replaceAll("\\p{Cntrl}", " "));
        var payload = Payload.of(Element.of(Stanza.CLIENT, "body").withText(said),
                Element.of(NS, "report").with("reason", reason).with("jid", reported));
        for (Jid admin : admins())
            router.route(new Message(Message.Type.NORMAL, reporter.host(), admin, RandomIds.next(), "", payload));
    }

    private List<Jid> admins() { return settings.reports().stream().flatMap(text -> admin(text).stream()).toList(); }

    /** Who is told, if it is an address. */
    static Optional<Jid> admin(String text) {
        try {
            return Optional.of(Jid.parse(text));
        } catch (JidException e) {
            return Optional.empty();
        }
    }
}
