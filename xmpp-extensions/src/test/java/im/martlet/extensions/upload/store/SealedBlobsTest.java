package im.martlet.extensions.upload.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedBlobsTest implements BlobStoreContract {
    private static final byte[] KEY = BlobStoreContract.bytes(32);
    private static final byte[] OTHER = new byte[32];
    private static final int HEADER = 64;
    private static final int SEALED_PIECE = 65_536 + 16;

    @TempDir Path folder;

    @Override public BlobStore store() { return new SealedBlobs(new FileBlobs(folder, 0), List.of(KEY)); }

    @Override public boolean hasTraces(String name) throws IOException { return FileBlobsTest.hasFile(folder, name); }

    private Path file(String name) { return folder.resolve(name.substring(1, 3)).resolve(name); }

    @Test void theDiskHoldsNoPlainText() throws Exception {
        var text = "the raven himself is hoarse ".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        var first = keep(text);
        var second = keep(text);
        var stored = Files.readString(file(first), StandardCharsets.ISO_8859_1);
        assertThat(stored).doesNotContain("raven");
        assertThat(Files.readAllBytes(file(first))).as("the same text is sealed differently each time")
                .isNotEqualTo(Files.readAllBytes(file(second)));
        assertThat(stored).hasSize(HEADER + text.length + (text.length + 65_535) / 65_536 * 16);
    }

    private void change(String name, int at) throws IOException {
        var bytes = Files.readAllBytes(file(name));
        bytes[at] ^= 1;
        Files.write(file(name), bytes);
    }

    @Test void aChangedBlobDoesNotOpen() throws Exception {
        for (int at : new int[]{ 0, 10, 30, HEADER, HEADER + 70_000 }) {
            var name = keep(BlobStoreContract.bytes(200_000));
            change(name, at);
            assertThatThrownBy(() -> read(name, 0)).as("at %d", at).isInstanceOf(IOException.class);
        }
    }

    @Test void swappedPiecesAndPiecesOfAnotherBlobDoNotOpen() throws Exception {
        var name = keep(BlobStoreContract.bytes(200_000));
        var bytes = Files.readAllBytes(file(name));
        var swapped = bytes.clone();
        System.arraycopy(bytes, HEADER, swapped, HEADER + SEALED_PIECE, SEALED_PIECE);
        System.arraycopy(bytes, HEADER + SEALED_PIECE, swapped, HEADER, SEALED_PIECE);
        Files.write(file(name), swapped);
        assertThatThrownBy(() -> read(name, 0)).isInstanceOf(IOException.class);
        var other = keep(BlobStoreContract.bytes(100));
        Files.write(file(name), bytes);
        Files.copy(file(name), file(other), StandardCopyOption.REPLACE_EXISTING);
        assertThat(read(name, 0)).hasSize(200_000);
        assertThatThrownBy(() -> read(other, 0)).as("under another name").isInstanceOf(IOException.class);
    }

    @Test void aTruncatedPieceDoesNotOpen() throws Exception {
        var name = keep(BlobStoreContract.bytes(100_000));
        Files.write(file(name), Arrays.copyOf(Files.readAllBytes(file(name)), HEADER + SEALED_PIECE + 100));
        assertThatThrownBy(() -> read(name, 0)).isInstanceOf(IOException.class);
    }

    @Test void onlyTheKeyThatSealedABlobOpensIt() throws Exception {
        var bytes = BlobStoreContract.bytes(1000);
        var name = keep(bytes);
        var later = new SealedBlobs(new FileBlobs(folder, 0), List.of(OTHER, KEY));
        try (var in = later.open(name, 10)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 10, 1000));
        }
        assertThatThrownBy(() -> new SealedBlobs(new FileBlobs(folder, 0), List.of(OTHER)).open(name, 0))
                .isInstanceOf(IOException.class).hasMessageContaining("not configured");
        assertThatThrownBy(() -> new SealedBlobs(new FileBlobs(folder, 0), List.of()).open(name, 0))
                .isInstanceOf(IOException.class).hasMessageContaining("not configured");
    }

    @Test void anUnsealedBlobIsReadAsItIs() throws Exception {
        var before = new SealedBlobs(new FileBlobs(folder, 0), List.of());
        var name = before.name();
        try (var draft = before.draft(name, 3)) {
            draft.write(new byte[]{ 1, 2, 3 }, 0, 3);
            draft.keep();
        }
        assertThat(read(name, 1)).containsExactly(2, 3);
    }
}
