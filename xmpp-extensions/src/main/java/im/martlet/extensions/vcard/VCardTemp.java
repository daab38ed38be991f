package im.martlet.extensions.vcard;

import static im.martlet.extension.Hook.To.ACCOUNT;
import static im.martlet.extension.Hook.To.OWN_ACCOUNT;
import static im.martlet.extension.Hook.accountFeature;
import static im.martlet.extension.Hook.feature;
import static im.martlet.extension.Hook.onGet;
import static im.martlet.extension.Hook.onSet;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.extension.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** XEP-0054: a user's card, which everybody may read and only the user may write. */
@Xep(number = 54, title = "vcard-temp", version = "1.3.0")
public final class VCardTemp implements Extension {
    static final String NS = Namespaces.VCARD_TEMP;

    private final Avatars avatars; // a card has a picture
    private final VCard4 node; // which says the same

    @Inject VCardTemp(Avatars avatars, VCard4 node) {
        this.avatars = avatars;
        this.node = node;
    }

    @Override public List<Hook> hooks() {
        return List.of(feature(NS), accountFeature(NS),
                onGet(OWN_ACCOUNT, NS, "vCard", query -> query.result(card(query).orElse(Element.of(NS, "vCard")))), // §3.1: empty, when there is none
                onGet(ACCOUNT, NS, "vCard",
                        query -> query.result(card(query)
                                .orElseThrow(() -> new StanzaException(Condition.SERVICE_UNAVAILABLE.plain())))), // §3.3: as of nobody
                onSet(OWN_ACCOUNT, NS, "vCard", this::set),
                onSet(ACCOUNT, NS, "vCard", _ -> {
                    throw new StanzaException(Condition.FORBIDDEN.because("it is somebody else's"));
                })); // §3.2
    }

    private Optional<Element> card(Query query) { return avatars.card(query.account()); }

    private Iq.Response set(Query query) {
        node.follow(query.account(), query.element());
        avatars.replaced(query.account(), card(query), query.element());
        return query.result();
    }
}
