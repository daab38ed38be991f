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
 * The files of Converse.js, by their names: {@code 14.0.0/converse.min.js}. They are listed in a file beside them, and
 * nothing else can be had. Each is read when it is first asked for. Any thread.
 *
 * @param version of Converse.js
 * @param since when this server has them
 */
record ConverseFiles(String version, Set<String> names, Instant since, ConcurrentHashMap<String, WebAsset> read) {
    private static final String FOLDER = "/im/martlet/webclient/";

    /** Empty when Martlet was built without it. */
    static Optional<ConverseFiles> installed(Instant now) {
        return resource(FOLDER + "index").map(index -> {
            var lines = List.of(new String(index, StandardCharsets.UTF_8).strip().split("\\R"));
            return new ConverseFiles(lines.getFirst(), Set.copyOf(lines.subList(1, lines.size())), now,
                    new ConcurrentHashMap<>());
        });
    }

    /** Empty when there is none of that name. */
    Optional<WebAsset> file(String name) {
        if (!names.contains(name)) return Optional.empty();
        return Optional.of(read.computeIfAbsent(name, n -> WebAsset.of(n, resource(FOLDER + n).orElseThrow(), since)));
    }

    /** @return what a file in a jar holds; empty when there is none */
    static Optional<byte[]> resource(String path) {
        try (var in = ConverseFiles.class.getResourceAsStream(path)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
