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
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** XEP-0054: a user's vCard. Everybody may read it, and only the user may write it. */
@Xep(number = 54, title = "vcard-temp", version = "1.3.0")
public final class VCardTemp implements Extension {
    static final String NS = Namespaces.VCARD_TEMP;

    private final Avatars avatars;
    private final VCard4 vCard4;

    @Inject VCardTemp(Avatars avatars, VCard4 vCard4) {
        this.avatars = avatars;
        this.vCard4 = vCard4;
    }

    @Override public List<Hook> hooks() {
        return List.of(feature(NS), accountFeature(NS), onGet(OWN_ACCOUNT, NS, "vCard", this::getOwn),
                onGet(ACCOUNT, NS, "vCard", this::get), onSet(OWN_ACCOUNT, NS, "vCard", this::set),
                onSet(ACCOUNT, NS, "vCard", VCardTemp::reject));
    }

    /** Returns the requester's own vCard; an empty one if there is none (§3.1). */
    private Iq.Response getOwn(Query query) {
        return query.result(card(query).orElse(Element.of(NS, "vCard")));
    }

    /** Returns the vCard of an account (§3.3). Without a vCard, the reply is that of an account that does not exist. */
    private Iq.Response get(Query query) {
        return query.result(
                card(query).orElseThrow(() -> new StanzaException(Condition.SERVICE_UNAVAILABLE.plain())));
    }

    /** Rejects a vCard for another account (§3.2). */
    private static Iq.Response reject(Query query) {
        throw new StanzaException(Condition.FORBIDDEN.because("only the owner of a vCard may change it"));
    }

    private Optional<Element> card(Query query) { return avatars.card(query.account()); }

    private Iq.Response set(Query query) {
        vCard4.publishCard(query.account(), query.element());
        avatars.replace(query.account(), card(query), query.element());
        return query.result();
    }
}
