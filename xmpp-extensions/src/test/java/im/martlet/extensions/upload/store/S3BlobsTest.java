package im.martlet.extensions.upload.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.martlet.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests against S3Proxy, which checks signatures as S3 does. */
class S3BlobsTest implements BlobStoreContract {
    @TempDir static Path remote;
    private static S3Proxy s3;

    @TempDir Path spool;

    @BeforeAll static void start() throws Exception {
        Files.createDirectories(remote.resolve("uploads"));
        s3 = S3Proxy.builder().endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, "somebody", "secret")
                .blobStore(new FilesystemNio2BlobStore(remote.toString())).build();
        s3.start();
    }

    @AfterAll static void stop() throws Exception { s3.stop(); }

    private static S3Settings settings(String secret) {
        return new S3Settings("http://127.0.0.1:" + s3.getPort(), "uploads", "us-east-1", "martlet/",
                new Secret("somebody"), new Secret(secret));
    }

    @Override public BlobStore store() { return new S3Blobs(settings("secret"), spool); }

    @Override public boolean hasTraces(String name) throws IOException {
        return FileBlobsTest.hasFile(spool, name) || FileBlobsTest.hasFile(remote, name);
    }

    @Test void aSignatureWithAnotherKeyIsRefused() throws Exception {
        var stranger = new S3Blobs(settings("guessed"), spool);
        var name = keep(BlobStoreContract.bytes(10));
        assertThatThrownBy(() -> stranger.open(name, 0)).isInstanceOf(IOException.class).hasMessageContaining("403");
        try (var draft = stranger.draft(stranger.name(), 1)) {
            draft.write(new byte[1], 0, 1);
            assertThatThrownBy(draft::keep).isInstanceOf(IOException.class).hasMessageContaining("403");
        }
        assertThatThrownBy(() -> stranger.delete(name)).isInstanceOf(IOException.class).hasMessageContaining("403");
    }

    @Test void aSealedBlobIsReadFromAnyOffset() throws Exception {
        var sealed = new SealedBlobs(store(), List.of(new byte[32]));
        var name = sealed.name();
        var bytes = BlobStoreContract.bytes(200_000);
        try (var draft = sealed.draft(name, bytes.length)) {
            draft.write(bytes, 0, bytes.length);
            draft.keep();
        }
        try (var in = sealed.open(name, 150_000)) {
            assertThat(in.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(bytes, 150_000, 200_000));
        }
    }
}
