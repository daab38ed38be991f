package im.martlet.extensions.muc;

import im.martlet.extensions.muc.rules.AffiliationPrivilege;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.account.VCards;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlReader;
import jakarta.inject.Inject;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The card of a room, and the picture on it, which its owners write and everybody may see (XEP-0486, XEP-0054). */
final class RoomVCards implements RoomQuery {
    static final String NS = Namespaces.VCARD_TEMP;
    private static final int CONFIGURED = 104;

    private final VCards store;
    private final RoomBroadcast out;

    @Inject RoomVCards(VCards store, RoomBroadcast out) {
        this.store = store;
        this.out = out;
    }

    @Override public Set<String> namespaces() { return Set.of(NS); }

    @Override public void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        if (!request.element().name().equals("vCard") || !live.isKept())
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        switch (request) {
            case Iq.Get get -> out.send(get.result(card(live).orElse(Element.of(NS, "vCard"))), transaction);
            case Iq.Set set -> {
                if (!AffiliationPrivilege.CONFIGURE.allows(live.room().affiliation(set.from())))
                    throw new StanzaException(Condition.FORBIDDEN.plain());
                var hashes = hashes(set.element());
                store.put(live.key(), set.element().toString(), hashes.stream().findFirst());
                live.pictures(hashes);
                out.send(set.result(), transaction);
                out.notice(live.room(), Element.of(MucXml.USER, "x").with(MucXml.status(CONFIGURED)), transaction);
            }
        }
    }

    private Optional<Element> card(LiveRoom live) {
        return store.get(live.key()).map(xml -> {
            try {
                return XmlReader.parse(xml);
            } catch (XmlException e) {
                throw new IllegalStateException("what is kept is not XML", e);
            }
        });
    }

    /** Hashes of the room's pictures, none when it has none. */
    List<String> pictures(LiveRoom live) {
        if (live.pictures().isEmpty())
            live.pictures(live.isKept() ? card(live).map(RoomVCards::hashes).orElse(List.of()) : List.of());
        return live.pictures().orElseThrow();
    }

    private static List<String> hashes(Element card) {
        return card.children().stream().filter(e -> e.is(NS, "PHOTO"))
                .flatMap(photo -> photo.childText("BINVAL").stream()).flatMap(text -> hash(text).stream()).toList();
    }

    /** XEP-0153 §3.1: SHA-1 of the picture, which is in Base64. */
    private static Optional<String> hash(String text) {
        try {
            return Optional.of(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(Base64.getMimeDecoder().decode(text))));
        } catch (IllegalArgumentException noPicture) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
