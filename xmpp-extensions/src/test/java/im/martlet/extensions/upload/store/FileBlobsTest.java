package im.martlet.extensions.upload.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobsTest implements BlobStoreContract {
    @TempDir Path folder;

    static boolean hasFile(Path folder, String name) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith(name));
        }
    }

    @Override public BlobStore store() { return new FileBlobs(folder, 0); }

    @Override public boolean hasTraces(String name) throws IOException { return hasFile(folder, name); }

    @Test void aNearlyFullDiskAcceptsNoBlob() throws Exception {
        long free = Files.getFileStore(folder).getUsableSpace();
        var store = new FileBlobs(folder, free / 2);
        assertThatThrownBy(() -> store.draft(store.name(), free / 2 + (free >> 2))).isInstanceOf(IOException.class)
                .hasMessageContaining("nearly full");
        try (var small = store.draft(store.name(), 1)) {
            assertThat(small).isNotNull();
        }
    }
}
