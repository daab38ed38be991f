package im.martlet.extensions.abuse;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.routing.Router;
import im.martlet.spec.Xep;
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

/**
 * XEP-0377: sends the reports that users add to a block to the addresses in {@code [abuse] reports}, and logs them. Any
 * thread.
 */
@Xep(number = 377, title = "Blocking Command Reports", version = "0.4.1",
        note = "sent to the addresses in [abuse] reports, and logged; not passed on to other servers")
public final class AbuseReports {
    public static final String NS = "urn:xmpp:reporting:1";
    private static final Logger LOG = LoggerFactory.getLogger(AbuseReports.class);
    private static final int MOST_TEXT = 2000; // characters
    private static final int MOST_MESSAGES = 20; // ids of messages in one report

    private final Abuse.Settings settings;
    private final Router router;

    @Inject AbuseReports(Abuse.Settings settings, Router router) {
        this.settings = settings;
        this.router = router;
    }

    /**
     * Checks a report (§4).
     *
     * @throws StanzaException if it has no reason
     */
    public static void check(Element report) {
        if (report.attribute("reason").filter(r -> !r.isBlank()).isEmpty())
            throw new StanzaException(Condition.BAD_REQUEST.because("a report needs a 'reason'"));
    }

    /**
     * Logs a checked report and sends it to the configured recipients.
     *
     * @param reporter an account of this server
     * @param reported the address that the account blocked
     */
    public void take(Jid reporter, Jid reported, Element report) {
        var reason = report.attribute("reason").orElse("");
        var text = report.children().stream().filter(e -> e.is(NS, "text")).map(Element::text).map(String::strip)
                .filter(t -> !t.isEmpty()).collect(Collectors.joining(" / "));
        var shortened = text.length() > MOST_TEXT ? text.substring(0, MOST_TEXT) + "…" : text;
        var messages = report.children().stream().filter(e -> e.name().equals("stanza-id")).limit(MOST_MESSAGES)
                .map(e -> e.attribute("id").orElse("")).toList();
        var summary = "%s reports %s for %s%s%s".formatted(reporter, reported, reason,
                shortened.isEmpty() ? "" : ": " + shortened,
                messages.isEmpty() ? "" : " (messages " + String.join(", ", messages) + ")");
        LOG.info("{}", summary.replaceAll("\\p{Cntrl}", " "));
        var payload = Payload.of(Element.of(Stanza.CLIENT, "body").withText(summary),
                Element.of(NS, "report").with("reason", reason).with("jid", reported));
        for (Jid recipient : recipients())
            router.route(new Message(Message.Type.NORMAL, reporter.host(), recipient, RandomIds.next(), "", payload));
    }

    private List<Jid> recipients() {
        return settings.reports().stream().flatMap(text -> recipient(text).stream()).toList();
    }

    /** Returns the address of a recipient of reports; empty if the text is not an address. */
    static Optional<Jid> recipient(String text) {
        try {
            return Optional.of(Jid.parse(text));
        } catch (JidException e) {
            return Optional.empty();
        }
    }
}
