package im.martlet.conformance.admin;

import static org.assertj.core.api.Assertions.assertThat;

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

/** The scripts in {@code bin/}, in an installation whose path has spaces. */
class ScriptsTest {
    @TempDir Path folder;
    private Path home;

    private record Ended(int status, String said) {}

    /** An installation whose {@code lib/} holds one jar, which points to what these tests run with. */
    @BeforeEach void install() throws IOException {
        home = Files.createDirectories(folder.resolve("a place with spaces"));
        var bin = Files.createDirectory(home.resolve("bin"));
        for (String script : List.of("martlet", "martletctl", "find-java"))
            Files.copy(Path.of("../bin", script), bin.resolve(script));
        Files.createDirectory(home.resolve("conf"));
        Files.writeString(home.resolve("conf/martlet.toml"),
                "[federation]\nenabled = false\n[listen]\nclient = ['127.0.0.1:0']\nclient_tls = ['127.0.0.1:0']\nadmin = '127.0.0.1:0'\n[proxy]\nlisten = []\n[http]\ntls = ['127.0.0.1:0']\nlocal = ['127.0.0.1:0']\n");
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

    /** Runs a script of the installation, elsewhere. */
    private Ended runWith(String java, String script, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(home.resolve("bin").resolve(script).toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("MARTLET_JAVA", java);
        var process = builder.start();
        var said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), said);
    }

    private Ended run(String script, String... arguments) throws Exception {
        return runWith(ProcessHandle.current().info().command().orElseThrow(), script, arguments);
    }

    @Test void aConfigurationFileIsLookedForWhereTheCommandIsGiven() throws Exception {
        Files.writeString(folder.resolve("mine.toml"), "[listne]\n");
        var ended = run("martlet", "--config", "mine.toml");
        assertThat(ended.said()).contains("mine.toml:1: unknown section [listne]");
        assertThat(ended.status()).isEqualTo(2);
    }

    @Test void withoutAFileTheInstallationsIsUsed() throws Exception {
        var ended = run("martlet", "check");
        assertThat(ended.said()).contains("everything is in order");
        assertThat(ended.status()).isZero();
        assertThat(home.resolve("data/secret")).exists();
    }

    @Test void whatTheServerWritesIsForItsOwner() throws Exception {
        var java = Files.writeString(folder.resolve("java"),
                "#!/bin/sh\nif [ \"$1\" = -version ]; then echo '\"25\"'; else umask; fi\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        assertThat(runWith(java.toString(), "martlet").said()).isEqualTo("0077\n");
        assertThat(runWith(java.toString(), "martletctl").said()).isEqualTo("0077\n");
    }

    @Test void martletctlWorksInAPathWithSpaces() throws Exception {
        Files.createDirectory(home.resolve("data"));
        var ended = run("martletctl", "--help");
        assertThat(ended.said()).contains("Usage: martletctl");
        assertThat(ended.status()).isZero();
    }
}
