package im.martlet.extensions.upload.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract that every blob store keeps. */
interface BlobStoreContract {
    BlobStore store();

    /** Returns whether the store holds anything under a name, finished or not. */
    boolean hasTraces(String name) throws IOException;

    static byte[] bytes(int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte) (i * 31 + i / 256);
        return bytes;
    }

    /** Stores bytes in pieces of an odd size, and returns the name. */
    default String keep(byte[] bytes) throws IOException {
        var name = store().name();
        try (var draft = store().draft(name, bytes.length)) {
            for (int at = 0; at < bytes.length; at += 7777) draft.write(bytes, at, Math.min(7777, bytes.length - at));
            draft.keep();
        }
        return name;
    }

    default byte[] read(String name, long from) throws IOException {
        try (var in = store().open(name, from)) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = { 1, 100, 65_535, 65_536, 65_537, 131_072, 1_000_000 }) default void aKeptBlobIsReadFromAnyOffset(
                    int length) throws Exception {
        var bytes = bytes(length);
        var name = keep(bytes);
        assertThat(name).matches("[ps][0-9a-f]{32}");
        assertThat(read(name, 0)).isEqualTo(bytes);
        for (int from : new int[]{ 1, 65_535, 65_536, 65_537, 131_071, length - 1 }) if (from >= 0 && from < length)
            assertThat(read(name, from)).as("from %d", from).isEqualTo(Arrays.copyOfRange(bytes, from, length));
    }

    @Test default void aDraftThatIsNotKeptLeavesNothing() throws Exception {
        var name = store().name();
        try (var draft = store().draft(name, 100)) {
            draft.write(bytes(50), 0, 50);
        }
        assertThatThrownBy(() -> store().open(name, 0)).isInstanceOf(NoSuchFileException.class);
        assertThat(hasTraces(name)).isFalse();
    }

    /** The draft is never closed, as after a crash. */
    @Test default void anUnfinishedDraftIsDeletedByItsName() throws Exception {
        var name = store().name();
        store().draft(name, 100).write(bytes(50), 0, 50);
        assertThat(hasTraces(name)).isTrue();
        store().delete(name);
        assertThat(hasTraces(name)).isFalse();
    }

    @Test default void aDeletedBlobIsGoneAndMayBeDeletedAgain() throws Exception {
        var name = keep(bytes(1000));
        store().delete(name);
        assertThatThrownBy(() -> store().open(name, 0)).isInstanceOf(NoSuchFileException.class);
        assertThat(hasTraces(name)).isFalse();
        store().delete(name);
    }

    @ParameterizedTest
    @ValueSource(strings = { "../../etc/passwd", "p../../../../../../../../../etc/passwd", "",
            "p0123456789abcdef0123456789abcdef/",
            "P0123456789ABCDEF0123456789ABCDEF" }) default void namesThatTheStoreDidNotGiveAreRejected(String name) {
        assertThatThrownBy(() -> store().open(name, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store().draft(name, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store().delete(name)).isInstanceOf(IllegalArgumentException.class);
    }
}
