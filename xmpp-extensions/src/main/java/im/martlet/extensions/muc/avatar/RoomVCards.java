package im.martlet.extensions.muc.avatar;

import im.martlet.digest.Sha;
import im.martlet.extension.Hook;
import im.martlet.extensions.muc.LiveRoom;
import im.martlet.extensions.muc.RoomBroadcast;
import im.martlet.extensions.muc.RoomFeature;
import im.martlet.extensions.muc.RoomHook;
import im.martlet.extensions.muc.rules.AffiliationPrivilege;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.account.VCards;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlReader;
import jakarta.inject.Inject;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Answers requests for the vCard of a room, with the room's avatar in it. Owners may write the vCard, and every user
 * may read it (XEP-0486, XEP-0054).
 */
@Xep(number = 486, title = "MUC Avatars", version = "0.1.0")
final class RoomVCards implements RoomFeature {
    private static final String NS = Namespaces.VCARD_TEMP;
    private static final int CONFIGURED = 104; // XEP-0045 §10.2.1

    private final VCards store;
    private final RoomBroadcast broadcast;

    @Inject RoomVCards(VCards store, RoomBroadcast broadcast) {
        this.store = store;
        this.broadcast = broadcast;
    }

    @Override public List<RoomHook> hooks() {
        return List.of(new RoomHook.DiscoFeature(NS), new RoomHook.ServiceDeclaration(Hook.serviceFeature(NS)),
                new RoomHook.InfoField("muc#roominfo_avatarhash", this::avatarHashes), // XEP-0486 §3.3
                new RoomHook.RequestHandler(NS, this::answer),
                new RoomHook.StateSlot<>(AvatarHashes.class, AvatarHashes::new, _ -> new AvatarHashes()));
    }

    private void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        if (!request.element().name().equals("vCard") || !live.isStored())
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        switch (request) {
            case Iq.Get get -> broadcast.send(get.result(vCard(live).orElse(Element.of(NS, "vCard"))), transaction);
            case Iq.Set set -> {
                if (!AffiliationPrivilege.CONFIGURE.allows(live.room().affiliation(set.from())))
                    throw new StanzaException(Condition.FORBIDDEN.plain());
                var hashes = hashes(set.element());
                store.put(live.key(), set.element().toString(), hashes.stream().findFirst());
                live.room().state(AvatarHashes.class).set(hashes);
                broadcast.send(set.result(), transaction);
                broadcast.sendNotice(live.room(), Element.of(MucXml.USER, "x").with(MucXml.status(CONFIGURED)),
                        transaction);
            }
        }
    }

    private Optional<Element> vCard(LiveRoom live) {
        return store.get(live.key()).map(xml -> {
            try {
                return XmlReader.parse(xml);
            } catch (XmlException e) {
                throw new IllegalStateException("the stored vCard of room " + live.address() + " is not XML", e);
            }
        });
    }

    /** Returns the hashes of the room's avatars; empty when it has none. Reads the store at the first call only. */
    private List<String> avatarHashes(LiveRoom live) {
        return live.room().state(AvatarHashes.class)
                .get(() -> live.isStored() ? vCard(live).map(RoomVCards::hashes).orElse(List.of()) : List.of());
    }

    private static List<String> hashes(Element vCard) {
        return vCard.children().stream().filter(e -> e.is(NS, "PHOTO"))
                .flatMap(photo -> photo.childText("BINVAL").stream()).flatMap(text -> hash(text).stream()).toList();
    }

    /** Returns the SHA-1 of a picture in Base64 (XEP-0153 §3.1); empty when the text is not Base64. */
    private static Optional<String> hash(String text) {
        try {
            return Optional.of(Sha.SHA_1.hex(Base64.getMimeDecoder().decode(text)));
        } catch (IllegalArgumentException noPicture) {
            return Optional.empty();
        }
    }
}
