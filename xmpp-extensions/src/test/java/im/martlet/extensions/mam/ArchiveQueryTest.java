package im.martlet.extensions.mam;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.form.DataForm;
import im.martlet.storage.key.LogId;
import im.martlet.xml.Element;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchiveQueryTest {
    private static ArchiveQuery query(String field, String value) {
        var form = Element.of(DataForm.NS, "x").with("type", "submit").with(
                DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(Mam.NS)),
                DataForm.field(field, "text-single").with(DataForm.value(value)));
        return ArchiveQuery.of(Element.of(Mam.NS, "query").with(form));
    }

    /** The server stamps messages to the millisecond; clients may ask with more digits. */
    @Test void startAndEndAreExactToLessThanAMillisecond() { // XEP-0313 §4.1.2
        var stamp = Instant.parse("2026-01-01T00:00:00.123Z");
        var next = stamp.plusMillis(1);
        assertThat(query("start", "2026-01-01T00:00:00.123Z").selection().after()).isEqualTo(LogId.first(stamp) - 1);
        assertThat(query("start", "2026-01-01T00:00:00.1230005Z").selection().after()).isEqualTo(LogId.first(next) - 1);
        assertThat(query("start", "2026-01-01T00:00:00.123999999Z").selection().after())
                .isEqualTo(LogId.first(next) - 1);
        assertThat(query("end", "2026-01-01T00:00:00.123Z").selection().before()).isEqualTo(LogId.first(next));
        assertThat(query("end", "2026-01-01T00:00:00.123999999Z").selection().before()).isEqualTo(LogId.first(next));
    }
}
