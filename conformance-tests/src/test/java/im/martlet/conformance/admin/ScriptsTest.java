package im.martlet.conformance.admin;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.TestConfig;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the scripts in {@code bin/}, in an installation with spaces in its path. */
class ScriptsTest {
    @TempDir Path folder;
    private Path home;

    private record Ended(int status, String output) {}

    /** Makes an installation with one jar in {@code lib/}, which refers to the classes of these tests. */
    @BeforeEach void install() throws IOException {
        home = Files.createDirectories(folder.resolve("a place with spaces"));
        var bin = Files.createDirectory(home.resolve("bin"));
        for (String script : List.of("martlet", "martletctl", "find-java"))
            Files.copy(Path.of("../bin", script), bin.resolve(script));
        Files.createDirectory(home.resolve("conf"));
        Files.writeString(home.resolve("conf/martlet.toml"), TestConfig.small(0));
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH,
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> !entry.endsWith("test-classes"))
                        .map(entry -> Path.of(entry).toUri().toString()).collect(Collectors.joining(" ")));
        new JarOutputStream(
                Files.newOutputStream(Files.createDirectory(home.resolve("lib")).resolve("admin-cli-all.jar")),
                manifest).close();
    }

    /** Runs a script of the installation from another folder. */
    private Ended runWith(String java, String script, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(home.resolve("bin").resolve(script).toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("MARTLET_JAVA", java);
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }

    private Ended run(String script, String... arguments) throws Exception {
        return runWith(ProcessHandle.current().info().command().orElseThrow(), script, arguments);
    }

    @Test void configurationFileIsRelativeToTheCurrentFolder() throws Exception {
        Files.writeString(folder.resolve("mine.toml"), "[listne]\n");
        var ended = run("martlet", "--config", "mine.toml");
        assertThat(ended.output()).contains("mine.toml:1: unknown section [listne]");
        assertThat(ended.status()).isEqualTo(2);
    }

    @Test void installationsFileIsTheDefault() throws Exception {
        var ended = run("martlet", "check");
        assertThat(ended.output()).contains("everything is in order");
        assertThat(ended.status()).isZero();
        assertThat(home.resolve("data/secret")).exists();
    }

    @Test void filesAreReadableOnlyByTheirOwner() throws Exception {
        var java = Files.writeString(folder.resolve("java"),
                "#!/bin/sh\nif [ \"$1\" = -version ]; then echo '\"25\"'; else umask; fi\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        assertThat(runWith(java.toString(), "martlet").output()).isEqualTo("0077\n");
        assertThat(runWith(java.toString(), "martletctl").output()).isEqualTo("0077\n");
    }

    @Test void martletctlWorksInAPathWithSpaces() throws Exception {
        Files.createDirectory(home.resolve("data"));
        var ended = run("martletctl", "--help");
        assertThat(ended.output()).contains("Usage: martletctl");
        assertThat(ended.status()).isZero();
    }
}
