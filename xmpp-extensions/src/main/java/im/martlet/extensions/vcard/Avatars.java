package im.martlet.extensions.vcard;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Verdict;
import im.martlet.extension.Xep;
import im.martlet.extensions.pubsub.NodeDefaults;
import im.martlet.extensions.pubsub.NodeMirror;
import im.martlet.extensions.pubsub.Pep;
import im.martlet.extensions.pubsub.rules.AccessModel;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.im.OutboundPresence;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.stanza.Presence;
import im.martlet.storage.account.VCards;
import im.martlet.xml.Element;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlReader;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.List;
import java.util.Optional;

/**
 * XEP-0398: a picture that is published in nodes is in the vCard too, if everybody may see it, and one that is put into
 * the vCard is published; and every presence says which it is, so that clients need not look.
 */
@Xep(number = 84, title = "User Avatar", version = "1.1.4",
        note = "the last five pictures are kept, unless a client says otherwise")
@Xep(number = 153, title = "vCard-Based Avatars", version = "1.1.1")
@Xep(number = 398, title = "User Avatar to vCard-Based Avatars Conversion", version = "1.0.0")
public final class Avatars implements Extension, NodeMirror, NodeDefaults {
    /**
     * So many pictures stay: one that a client has published is there when its description comes, whatever others have
     * published meanwhile.
     */
    private static final String PICTURES = "5";
    private static final String UPDATE = "vcard-temp:x:update";
    private static final Slots.Key<Optional<String>> HASH = Slots.Key.empty("avatar.hash");
    private static final Slots.Key<Boolean> CONVERTING = Slots.Key.of("avatar.converting", () -> false);

    private final VCards cards;
    private final Provider<Pep> pep; // which knows this as a mirror
    private final Provider<OutboundPresence> presences; // which ask the kernel, which lists this

    @Inject Avatars(VCards cards, Provider<Pep> pep, Provider<OutboundPresence> presences) {
        this.cards = cards;
        this.pep = pep;
        this.presences = presences;
    }

    @Override public List<Hook> hooks() {
        return List.of(Hook.accountFeature("urn:xmpp:pep-vcard-conversion:0"),
                Hook.onSend(InterceptorStage.STAMP, this::stamp));
    }

    // ---- presence (§4)

    private Verdict stamp(InterceptedStanza intercepted) {
        if (!(intercepted.stanza() instanceof Presence p) || p.type() != Presence.Type.AVAILABLE) return Verdict.pass();
        var update = p.child(UPDATE, "x");
        if (update.isPresent() && !update.get().children().isEmpty()) return Verdict.pass(); // it says something itself, if only that there is none
        var hash = hash(intercepted.account());
        if (hash.isEmpty() && update.isEmpty()) return Verdict.pass();
        return Verdict.change(stamped(p, hash));
    }

    private Optional<String> hash(Account account) {
        return account.get(HASH, () -> cards.photo(account.existingKey()));
    }

    private static Presence stamped(Presence p, Optional<String> hash) {
        var photo = Element.of(UPDATE, "photo").withText(hash.orElse(""));
        return p.with(p.payload().without(e -> e.is(UPDATE, "x")).with(Element.of(UPDATE, "x").with(photo)));
    }

    /** Keeps a card, and shows everybody that it has another picture, if it has. */
    void keep(Account account, Element card) {
        var before = hash(account);
        var now = AvatarPhoto.inCard(card).map(AvatarPhoto::hash);
        cards.put(account.existingKey(), card.toString(), now);
        account.put(HASH, now);
        if (!now.equals(before)) for (Session session : account.availableSessions())
            presences.get().broadcast(session, stamped(session.presence().orElseThrow(), now));
    }

    Optional<Element> card(Account account) {
        return cards.get(account.existingKey()).map(xml -> {
            try {
                return XmlReader.parse(xml);
            } catch (XmlException e) {
                throw new IllegalStateException("what is kept is not XML", e);
            }
        });
    }

    // ---- from the nodes to the card (§3.1)

    @Override public boolean describes(String node) { return node.equals(AvatarPhoto.DATA); }

    @Override public NodeConfig configure(String node, NodeConfig standard) {
        return standard.with(NodeConfigField.MAX_ITEMS, PICTURES);
    }

    @Override public boolean reflects(String node) { return node.equals(AvatarPhoto.METADATA); }

    @Override public void changed(Account account, String node) {
        if (account.get(CONVERTING)) return; // by this
        var metadata = pep.get().last(account, AvatarPhoto.METADATA);
        if (metadata.isEmpty()) return;
        var card = card(account);
        if (metadata.get().children().isEmpty())
            card.filter(c -> AvatarPhoto.inCard(c).isPresent()).ifPresent(c -> keep(account, AvatarPhoto.without(c))); // XEP-0084 §4.2.2: no picture any more
        else published(account, metadata.get())
                .ifPresent(photo -> keep(account, photo.into(card.orElse(Element.of(VCardTemp.NS, "vCard")))));
    }

    /** The picture, if it is what it is said to be, and everybody may see it (§7): everybody may see the card. */
    private Optional<AvatarPhoto> published(Account account, Element metadata) {
        if (pep.get().config(account, AvatarPhoto.DATA).filter(config -> config.access() == AccessModel.OPEN).isEmpty())
            return Optional.empty();
        return AvatarPhoto.info(metadata)
                .flatMap(info -> pep.get().item(account, AvatarPhoto.DATA, info.attribute("id").orElseThrow())
                        .flatMap(AvatarPhoto::data)
                        .map(bytes -> new AvatarPhoto(info.attribute("type").orElse("image/png"), bytes))
                        .filter(photo -> photo.hash().equals(info.attribute("id").orElseThrow())));
    }

    // ---- from the card to the nodes (§3.2)

    /**
     * The user has put another card in the place of one. It is kept when its picture has been published.
     *
     * @throws im.martlet.stanza.StanzaException when the picture does not fit
     */
    void replaced(Account account, Optional<Element> before, Element card) {
        var old = before.flatMap(AvatarPhoto::inCard).map(AvatarPhoto::hash);
        var photo = AvatarPhoto.inCard(card);
        if (!photo.map(AvatarPhoto::hash).equals(old)) convert(account, old, photo);
        keep(account, card);
    }

    private void convert(Account account, Optional<String> old, Optional<AvatarPhoto> photo) {
        account.put(CONVERTING, true);
        try {
            if (photo.isPresent()) publish(account, photo.get());
            else if (pep.get().last(account, AvatarPhoto.METADATA).flatMap(AvatarPhoto::info)
                    .flatMap(info -> info.attribute("id")).equals(old))
                pep.get().publish(account, AvatarPhoto.METADATA, "none", Element.of(AvatarPhoto.METADATA, "metadata"));
        } finally {
            account.put(CONVERTING, false);
        }
    }

    private void publish(Account account, AvatarPhoto photo) {
        for (String node : List.of(AvatarPhoto.DATA, AvatarPhoto.METADATA))
            pep.get().prepare(account, node, AccessModel.OPEN); // as the card is
        pep.get().publish(account, AvatarPhoto.DATA, photo.hash(), photo.toData());
        pep.get().publish(account, AvatarPhoto.METADATA, photo.hash(), photo.toMetadata());
    }
}
