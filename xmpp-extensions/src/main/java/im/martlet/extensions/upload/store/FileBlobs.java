package im.martlet.extensions.upload.store;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Stores blobs as files, in folders named by two digits of the names. */
public final class FileBlobs implements BlobStore {
    private static final String UNFINISHED = ".part";

    private final Path folder;
    private final long spare;

    /**
     * Creates a store.
     *
     * @param folder the folder of all blobs
     * @param spare bytes that must stay free on the disk
     */
    public FileBlobs(Path folder, long spare) {
        this.folder = folder;
        this.spare = spare;
    }

    @Override public String name() { return BlobNames.next(BlobNames.PLAIN); }

    private Path path(String name) { return folder.resolve(BlobNames.checked(name).substring(1, 3)).resolve(name); }

    @Override public Draft draft(String name, long length) throws IOException {
        var path = path(name);
        var parent = path.getParent();
        if (!Files.isDirectory(parent)) {
            Files.createDirectories(parent);
            sync(folder);
        }
        if (Files.getFileStore(parent).getUsableSpace() - length < spare)
            throw new FileSystemException(folder.toString(), null, "the disk is nearly full");
        return new FileDraft(path, path.resolveSibling(name + UNFINISHED));
    }

    /** Writes a folder to disk: without this, a loss of power may undo changes of its entries. */
    private static void sync(Path folder) throws IOException {
        try (var opened = FileChannel.open(folder, READ)) {
            opened.force(true);
        }
    }

    @Override public InputStream open(String name, long from) throws IOException {
        var file = FileChannel.open(path(name), READ);
        try {
            file.position(from);
        } catch (IOException e) {
            file.close();
            throw e;
        }
        return Channels.newInputStream(file);
    }

    @Override public void delete(String name) throws IOException {
        var path = path(name);
        Files.deleteIfExists(path.resolveSibling(name + UNFINISHED));
        Files.deleteIfExists(path);
    }

    private static final class FileDraft implements Draft {
        private final Path path;
        private final Path unfinished;
        private final FileChannel file;
        private boolean kept;

        FileDraft(Path path, Path unfinished) throws IOException {
            this.path = path;
            this.unfinished = unfinished;
            this.file = FileChannel.open(unfinished, CREATE_NEW, WRITE);
        }

        @Override public void write(byte[] from, int offset, int length) throws IOException {
            for (var left = ByteBuffer.wrap(from, offset, length); left.hasRemaining();) file.write(left);
        }

        @Override public void keep() throws IOException {
            file.force(true);
            file.close();
            Files.move(unfinished, path, ATOMIC_MOVE);
            kept = true;
            sync(path.getParent());
        }

        @Override public void close() throws IOException {
            file.close();
            if (!kept) Files.deleteIfExists(unfinished);
        }
    }
}
