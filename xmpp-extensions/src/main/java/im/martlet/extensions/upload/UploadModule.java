package im.martlet.extensions.upload;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.Multibinder;
import im.martlet.config.Config;
import im.martlet.config.Settings;
import im.martlet.extension.Extension;
import im.martlet.extensions.upload.store.BlobStore;
import im.martlet.extensions.upload.store.FileBlobs;
import im.martlet.extensions.upload.store.S3Blobs;
import im.martlet.extensions.upload.store.S3Settings;
import im.martlet.extensions.upload.store.SealedBlobs;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** The bindings of uploads. */
public final class UploadModule extends AbstractModule {
    @Override protected void configure() {
        Multibinder.newSetBinder(binder(), Extension.class).addBinding().to(HttpUpload.class);
    }

    @Provides
    @Singleton Supplier<UploadSettings> settings(Config config) {
        UploadSettings.check(config);
        return config.live(UploadSettings.SECTION, UploadSettings.class);
    }

    @Provides
    @Singleton BlobStore store(Config config, Supplier<UploadSettings> settings) {
        var s3 = S3Settings.of(config);
        var folder = config.section("server", Settings.Server.class).data().resolve("uploads");
        return new SealedBlobs(
                s3.isUsed() ? new S3Blobs(s3, folder) : new FileBlobs(folder, settings.get().free().bytes()),
                settings.get().keyBytes());
    }
}
