package im.martlet.extensions.web;

import im.martlet.config.Config;
import im.martlet.config.Default;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code [web]}.
 *
 * @param enabled whether there is a web client
 * @param omemo the folder with the library that Converse.js needs for end-to-end encryption. Its licence is GPL-3.0, so
 * Martlet does not contain it; empty for no encryption
 */
public record WebSettings(@Default("true") boolean enabled, Optional<Path> omemo) {
    /** The files that the folder must hold. */
    static final List<String> OMEMO_FILES = List.of("libomemo.esm.min.js", "curve25519_compiled.wasm");

    private static final String SECTION = "web";

    /** Reads the section. Reports invalid settings to the configuration. */
    public static WebSettings of(Config config) {
        var settings = config.section(SECTION, WebSettings.class);
        settings.omemo.ifPresent(
                folder -> OMEMO_FILES.stream().filter(name -> !Files.isReadable(folder.resolve(name))).findFirst()
                        .ifPresent(missing -> config.problem(List.of(SECTION, "omemo"),
                                "'omemo' in [web] must be a folder with " + String.join(" and ", OMEMO_FILES) + "; "
                                        + folder.resolve(missing) + " cannot be read")));
        return settings;
    }
}
