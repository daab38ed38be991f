package im.martlet.extensions.mam;

import static im.martlet.extension.Hook.To.ACCOUNT;
import static im.martlet.extension.Hook.To.OWN_ACCOUNT;
import static im.martlet.extension.Hook.onGet;
import static im.martlet.extension.Hook.onSet;

import im.martlet.address.Jid;
import im.martlet.archive.ArchivePolicy;
import im.martlet.archive.Retention;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StanzaJid;
import im.martlet.storage.log.ArchivePreferences.Preferences;
import im.martlet.storage.log.ArchivePreferences.Standard;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * XEP-0441: lets a user choose which messages are archived. The server keeps other messages until they are delivered,
 * and then deletes them.
 */
@Xep(number = 441, title = "Message Archive Management Preferences", version = "0.2.0")
public final class ArchivePreferenceRequests implements Extension {
    private static final int MOST = 1000; // contacts on one list

    private final ArchivePolicy policy;
    private final boolean enabled;

    @Inject ArchivePreferenceRequests(ArchivePolicy policy, Retention.Settings settings) {
        this.policy = policy;
        this.enabled = settings.enabled();
    }

    @Override public List<Hook> hooks() {
        if (!enabled) return List.of();
        return List.of(onGet(OWN_ACCOUNT, Mam.NS, "prefs", query -> query.result(xml(policy.of(query.account())))),
                onSet(OWN_ACCOUNT, Mam.NS, "prefs", this::set),
                onGet(ACCOUNT, Mam.NS, "prefs", ArchivePreferenceRequests::foreign),
                onSet(ACCOUNT, Mam.NS, "prefs", ArchivePreferenceRequests::foreign));
    }

    private static Iq.Response foreign(Query query) { throw new StanzaException(Condition.FORBIDDEN.plain()); }

    private Iq.Response set(Query query) {
        var prefs = query.element();
        var preferences = new Preferences(standard(prefs), contacts(prefs, "always"), contacts(prefs, "never"));
        policy.set(query.account(), preferences);
        return query.result(xml(preferences));
    }

    private static Standard standard(Element prefs) {
        var value = prefs.attribute("default").orElse("");
        return Stream.of(Standard.values()).filter(s -> name(s).equals(value)).findFirst()
                .orElseThrow(() -> StanzaException.badRequest("'default' must be always, never or roster"));
    }

    private static String name(Standard standard) { return standard.name().toLowerCase(Locale.ROOT); }

    private static Set<Jid> contacts(Element prefs, String list) {
        var contacts =
                prefs.child(list).stream().flatMap(e -> e.children().stream()).filter(e -> e.is(Mam.NS, "jid"))
                        .toList();
        if (contacts.size() > MOST)
            throw new StanzaException(
                    Condition.POLICY_VIOLATION.because("a list may hold at most " + MOST + " contacts"));
        return contacts.stream().map(contact -> StanzaJid.parse(contact.text().strip())).collect(Collectors.toSet());
    }

    private static Element xml(Preferences p) {
        return Element.of(Mam.NS, "prefs").with("default", name(p.standard())).with(list("always", p.always()),
                list("never", p.never()));
    }

    private static Element list(String name, Set<Jid> contacts) {
        return Element.of(Mam.NS, name).with(contacts.stream().sorted()
                .map(contact -> Element.of(Mam.NS, "jid").withText(contact.toString())).toList());
    }
}
