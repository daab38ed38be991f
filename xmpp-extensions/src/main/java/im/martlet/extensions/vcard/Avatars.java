package im.martlet.extensions.vcard;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Verdict;
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
import im.martlet.spec.Xep;
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
 * XEP-0398: copies an avatar from its nodes to the vCard if everybody may see it. Also publishes an avatar that a
 * client stores in the vCard. Adds the avatar's hash to each presence, so that contacts need not ask for it.
 */
@Xep(number = 84, title = "User Avatar", version = "1.1.4",
        note = "the server keeps the last five avatars, unless a client configures another number")
@Xep(number = 153, title = "vCard-Based Avatars", version = "1.1.1")
@Xep(number = 398, title = "User Avatar to vCard-Based Avatars Conversion", version = "1.0.0")
public final class Avatars implements Extension, NodeMirror, NodeDefaults {
    /**
     * The number of avatars that stay in the node. A client first publishes an avatar and then its description. Several
     * clients that do so at the same time must not remove each other's avatar in between.
     */
    private static final String MOST_AVATARS = "5";
    private static final String UPDATE = "vcard-temp:x:update";
    private static final Slots.Key<Optional<String>> HASH = Slots.Key.empty("avatar.hash");
    private static final Slots.Key<Boolean> CONVERTING = Slots.Key.of("avatar.converting", () -> false);

    private final VCards cards;
    private final Provider<Pep> pep; // it needs this class as a mirror
    private final Provider<OutboundPresence> presences; // it needs the kernel, which needs this class

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
        boolean complete = update.isPresent() && !update.get().children().isEmpty();
        if (complete) return Verdict.pass(); // the client itself names an avatar, or says that it has none
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

    /** Stores a vCard. Broadcasts presence with the new hash if the avatar has changed. */
    void store(Account account, Element card) {
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
                throw new IllegalStateException("the stored vCard is not XML", e);
            }
        });
    }

    // ---- from the nodes to the vCard (§3.1)

    @Override public boolean describes(String node) { return node.equals(AvatarPhoto.DATA); }

    @Override public NodeConfig configure(String node, NodeConfig standard) {
        return standard.with(NodeConfigField.MAX_ITEMS, MOST_AVATARS);
    }

    @Override public boolean reflects(String node) { return node.equals(AvatarPhoto.METADATA); }

    @Override public void changed(Account account, String node) {
        if (account.get(CONVERTING)) return; // this class made the change
        var metadata = pep.get().last(account, AvatarPhoto.METADATA);
        if (metadata.isEmpty()) return;
        var card = card(account);
        if (metadata.get().children().isEmpty()) // XEP-0084 §4.2.2: the client removed the avatar
            card.filter(c -> AvatarPhoto.inCard(c).isPresent()).ifPresent(c -> store(account, AvatarPhoto.without(c)));
        else published(account, metadata.get())
                .ifPresent(photo -> store(account, photo.into(card.orElse(Element.of(VCardTemp.NS, "vCard")))));
    }

    /**
     * Returns the published avatar, if it has the announced hash and everybody may see it. Everybody may see the vCard
     * (§7).
     */
    private Optional<AvatarPhoto> published(Account account, Element metadata) {
        if (pep.get().config(account, AvatarPhoto.DATA).filter(config -> config.access() == AccessModel.OPEN).isEmpty())
            return Optional.empty();
        return AvatarPhoto.info(metadata)
                .flatMap(info -> pep.get().item(account, AvatarPhoto.DATA, info.attribute("id").orElseThrow())
                        .flatMap(AvatarPhoto::data)
                        .map(bytes -> new AvatarPhoto(info.attribute("type").orElse("image/png"), bytes))
                        .filter(photo -> photo.hash().equals(info.attribute("id").orElseThrow())));
    }

    // ---- from the vCard to the nodes (§3.2)

    /**
     * Replaces a user's vCard. Publishes its avatar first, and stores the vCard if that succeeds.
     *
     * @throws im.martlet.stanza.StanzaException if the avatar exceeds a limit
     */
    void replace(Account account, Optional<Element> before, Element card) {
        var old = before.flatMap(AvatarPhoto::inCard).map(AvatarPhoto::hash);
        var photo = AvatarPhoto.inCard(card);
        if (!photo.map(AvatarPhoto::hash).equals(old)) convert(account, old, photo);
        store(account, card);
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
            pep.get().prepare(account, node, AccessModel.OPEN); // like the vCard
        pep.get().publish(account, AvatarPhoto.DATA, photo.hash(), photo.toData());
        pep.get().publish(account, AvatarPhoto.METADATA, photo.hash(), photo.toMetadata());
    }
}
