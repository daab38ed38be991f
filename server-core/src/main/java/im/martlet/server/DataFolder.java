package im.martlet.server;

import im.martlet.server.StartException.Status;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/** Where everything is that the server keeps. */
final class DataFolder {
    private static final int SECRET_BYTES = 32;

    private DataFolder() {}

    /** Makes the folder and the secret of this installation, where they are missing. @return the secret */
    static byte[] prepare(Path folder) throws StartException {
        var file = folder.resolve("secret");
        try {
            Files.createDirectories(folder, ownersOnly("rwx------"));
            if (!Files.exists(file)) {
                var fresh = new byte[SECRET_BYTES];
                new SecureRandom().nextBytes(fresh);
                Files.createFile(file, ownersOnly("rw-------"));
                Files.write(file, fresh);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new StartException(Status.DATA_FOLDER, "cannot write to the data folder: " + e.getMessage(), e);
        }
    }

    /** For a new file that no other user of this machine may read, where the file system can say so. */
    private static FileAttribute<?>[] ownersOnly(String permissions) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[]{
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
                : new FileAttribute<?>[0];
    }
}
