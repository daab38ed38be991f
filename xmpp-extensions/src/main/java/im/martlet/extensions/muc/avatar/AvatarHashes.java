package im.martlet.extensions.muc.avatar;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The hashes of a room's avatars, read from the store when they are needed first. Owned by the room's mailbox. */
final class AvatarHashes {
    private @Nullable List<String> hashes;

    /** Returns the hashes, and calls {@code read} if they are not known yet. */
    List<String> get(Supplier<List<String>> read) {
        var known = hashes;
        if (known != null) return known;
        var found = read.get();
        hashes = found;
        return found;
    }

    void set(List<String> hashes) { this.hashes = hashes; }
}
