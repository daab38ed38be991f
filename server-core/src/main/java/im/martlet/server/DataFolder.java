package im.martlet.server;

import im.martlet.server.StartException.Status;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/** The folder for all files that the server writes. */
final class DataFolder {
    private static final int SECRET_BYTES = 32;

    private DataFolder() {}

    /**
     * Creates the folder and the secret of this installation, if they do not exist.
     *
     * @return the secret
     */
    static byte[] prepare(Path folder) throws StartException {
        var file = folder.resolve("secret");
        try {
            Files.createDirectories(folder, ownersOnly("rwx------"));
            if (!Files.exists(file)) {
                var secret = new byte[SECRET_BYTES];
                new SecureRandom().nextBytes(secret);
                Files.createFile(file, ownersOnly("rw-------"));
                Files.write(file, secret);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new StartException(Status.DATA_FOLDER, "cannot write to the data folder: " + e.getMessage()
                    + "; check 'data' in [server] and the permissions of the folder", e);
        }
    }

    /** Returns the attributes of a new file for its owner only, if the file system has permissions. */
    private static FileAttribute<?>[] ownersOnly(String permissions) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[]{
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
                : new FileAttribute<?>[0];
    }
}
