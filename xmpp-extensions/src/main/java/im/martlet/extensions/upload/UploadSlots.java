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
 * Slots as text that only we can write: all that a slot says is in it, so that nothing needs to be remembered of it.
 * Any thread.
 */
final class UploadSlots {
    private static final String PURPOSE = "upload-slot";
    private static final int PARTS = 9;

    private final InstallationKey key;

    @Inject UploadSlots(InstallationKey key) { this.key = key; }

    /** A slot, but for its id, which stands beside it. */
    String write(UploadSlot slot) {
        var owner = slot.owner();
        var said = String.join("\n", seconds(Optional.of(slot.until())), String.valueOf(slot.bytes()),
                owner.account().map(AccountKey::value).orElse(0L).toString(), owner.jid().toString(),
                owner.host(), slot.purpose().name(), seconds(slot.expires()), slot.type(), slot.file());
        return encode(said.getBytes(UTF_8)) + "." + encode(key.derive(PURPOSE, slot.id(), said));
    }

    private static String seconds(Optional<Instant> moment) {
        return moment.map(Instant::getEpochSecond).orElse(0L).toString();
    }

    private static String encode(byte[] bytes) { return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes); }

    /** Empty when it is none that we have written for this id. */
    Optional<UploadSlot> read(String id, String text) {
        int dot = text.indexOf('.');
        if (dot < 0) return Optional.empty();
        try {
            var said = new String(Base64.getUrlDecoder().decode(text.substring(0, dot)), UTF_8);
            if (said.indexOf('\0') >= 0 || id.indexOf('\0') >= 0) return Optional.empty();
            boolean ours = MessageDigest.isEqual(key.derive(PURPOSE, id, said),
                    Base64.getUrlDecoder().decode(text.substring(dot + 1)));
            return ours ? Optional.of(slot(id, List.of(said.split("\n", PARTS)))) : Optional.empty();
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
