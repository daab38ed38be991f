package im.martlet.extensions.vcard;

import im.martlet.digest.Sha;
import im.martlet.xml.Element;
import java.util.Base64;
import java.util.Optional;

/**
 * The avatar of a user, in a vCard (XEP-0153 §3.1) or in the two nodes of XEP-0084. Pure.
 *
 * @param type media type such as {@code image/png}
 */
record AvatarPhoto(String type, byte[] bytes) {
    static final String DATA = "urn:xmpp:avatar:data";
    static final String METADATA = "urn:xmpp:avatar:metadata";

    /** Returns the avatar in a vCard; empty if the vCard has none, or only a link to one. */
    static Optional<AvatarPhoto> inCard(Element card) {
        return card.child("PHOTO")
                .flatMap(photo -> photo.childText("BINVAL").flatMap(AvatarPhoto::decoded).map(bytes -> new AvatarPhoto(
                        photo.childText("TYPE").map(String::strip).filter(t -> !t.isEmpty()).orElse("image/png"),
                        bytes)));
    }

    /** Returns the vCard with this avatar in place of its own. */
    Element into(Element card) {
        var photo = Element.of(VCardTemp.NS, "PHOTO").with(Element.of(VCardTemp.NS, "TYPE").withText(type),
                Element.of(VCardTemp.NS, "BINVAL").withText(Base64.getEncoder().encodeToString(bytes)));
        return without(card).with(photo);
    }

    static Element without(Element card) { return card.without(e -> e.is(VCardTemp.NS, "PHOTO")); }

    /** Reads an item of the node {@link #DATA}. */
    static Optional<byte[]> data(Element data) {
        return data.is(DATA, "data") ? decoded(data.text()) : Optional.empty();
    }

    Element toData() { return Element.of(DATA, "data").withText(Base64.getEncoder().encodeToString(bytes)); }

    Element toMetadata() {
        return Element.of(METADATA, "metadata")
                .with(Element.of(METADATA, "info").with("bytes", bytes.length).with("id", hash()).with("type", type));
    }

    /** Returns the description of the avatar in the node {@link #DATA}, not of one at a URL. */
    static Optional<Element> info(Element metadata) {
        return metadata.children().stream()
                .filter(e -> e.is(METADATA, "info") && e.attribute("url").isEmpty() && e.attribute("id").isPresent())
                .findFirst();
    }

    /** Returns the SHA-1 hash in hexadecimal digits, which is the avatar's id. */
    String hash() {
        return Sha.SHA_1.hex(bytes);
    }

    private static Optional<byte[]> decoded(String base64) {
        try {
            var bytes = Base64.getMimeDecoder().decode(base64);
            return bytes.length == 0 ? Optional.empty() : Optional.of(bytes);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
