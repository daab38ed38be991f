package im.martlet.extensions.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files of Converse.js, by names such as {@code 14.0.0/converse.min.js}. An index beside them lists them, and
 * clients can get no other file. Each file is read at its first request. Any thread.
 *
 * @param version the version of Converse.js
 * @param names the names of all files
 * @param since the time from which this server has the files
 * @param read the files that were read, by name
 */
record ConverseFiles(String version, Set<String> names, Instant since, ConcurrentHashMap<String, WebAsset> read) {
    private static final String FOLDER = "/im/martlet/webclient/";

    /** Returns the files; empty if Martlet was built without Converse.js. */
    static Optional<ConverseFiles> installed(Instant now) {
        return resource(FOLDER + "index").map(index -> {
            var lines = List.of(new String(index, StandardCharsets.UTF_8).strip().split("\\R"));
            return new ConverseFiles(lines.getFirst(), Set.copyOf(lines.subList(1, lines.size())), now,
                    new ConcurrentHashMap<>());
        });
    }

    /** Returns a file; empty if there is none of that name. */
    Optional<WebAsset> file(String name) {
        if (!names.contains(name)) return Optional.empty();
        return Optional.of(read.computeIfAbsent(name, n -> WebAsset.of(n, resource(FOLDER + n).orElseThrow(), since)));
    }

    /** Returns the content of a file in a jar; empty if there is no such file. */
    static Optional<byte[]> resource(String path) {
        try (var in = ConverseFiles.class.getResourceAsStream(path)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
