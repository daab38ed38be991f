package im.martlet.extensions.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.martlet.address.Jid;
import im.martlet.auth.InstallationKey;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.upload.Uploads.Owner;
import jakarta.inject.Inject;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Converts slots to signed text and back. The text holds all data of a slot, so the server need not store slots. Any
 * thread.
 */
final class UploadSlots {
    private static final String PURPOSE = "upload-slot";
    private static final int PARTS = 9;

    private final InstallationKey key;

    @Inject UploadSlots(InstallationKey key) { this.key = key; }

    /** Writes a slot without its id, which is another part of the URL. */
    String write(UploadSlot slot) {
        var owner = slot.owner();
        var data = String.join("\n", seconds(Optional.of(slot.until())), String.valueOf(slot.bytes()),
                owner.account().map(AccountKey::value).orElse(0L).toString(), owner.jid().toString(),
                owner.host(), slot.purpose().name(), seconds(slot.expires()), slot.type(), slot.file());
        return encode(data.getBytes(UTF_8)) + "." + encode(key.derive(PURPOSE, slot.id(), data));
    }

    private static String seconds(Optional<Instant> moment) {
        return moment.map(Instant::getEpochSecond).orElse(0L).toString();
    }

    private static String encode(byte[] bytes) { return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes); }

    /** Reads a slot; empty if this server did not write the text for this id. */
    Optional<UploadSlot> read(String id, String text) {
        int dot = text.indexOf('.');
        if (dot < 0) return Optional.empty();
        try {
            var data = new String(Base64.getUrlDecoder().decode(text.substring(0, dot)), UTF_8);
            if (data.indexOf('\0') >= 0 || id.indexOf('\0') >= 0) return Optional.empty();
            boolean genuine = MessageDigest.isEqual(key.derive(PURPOSE, id, data),
                    Base64.getUrlDecoder().decode(text.substring(dot + 1)));
            return genuine ? Optional.of(slot(id, List.of(data.split("\n", PARTS)))) : Optional.empty();
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }

    private static UploadSlot slot(String id, List<String> parts) {
        long account = Long.parseLong(parts.get(2));
        var owner = new Owner(account == 0 ? Optional.empty() : Optional.of(new AccountKey(account)),
                Jid.parse(parts.get(3)), parts.get(4));
        long expires = Long.parseLong(parts.get(6));
        return new UploadSlot(id, owner, parts.get(8), parts.get(7), Long.parseLong(parts.get(1)),
                FilePurpose.valueOf(parts.get(5)), Instant.ofEpochSecond(Long.parseLong(parts.get(0))),
                expires == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(expires)));
    }
}
