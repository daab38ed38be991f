package im.martlet.extensions.time;

import static im.martlet.extension.Hook.To.SERVER;
import static im.martlet.extension.Hook.feature;
import static im.martlet.extension.Hook.onGet;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.xml.Element;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** XEP-0202: tells the server's time in UTC and its time zone. */
@Xep(number = 202, title = "Entity Time", version = "2.0")
public final class EntityTime implements Extension {
    private static final String NS = "urn:xmpp:time";
    private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("xxx");

    @Override public List<Hook> hooks() { return List.of(feature(NS), onGet(SERVER, NS, "time", EntityTime::answer)); }

    private static Iq.Response answer(Query query) {
        var now = ZonedDateTime.now();
        var utc = now.withZoneSameInstant(ZoneOffset.UTC).truncatedTo(ChronoUnit.MILLIS).toInstant();
        return query.result(Element.of(NS, "time").with(
                Element.of(NS, "tzo").withText(OFFSET.format(now)), Element.of(NS, "utc").withText(utc.toString())));
    }
}
