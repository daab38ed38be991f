package im.martlet.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigTest {
    private static final Path SHIPPED = Path.of("../conf/martlet.toml");

    private static Settings settings(String toml) throws ConfigException {
        var config = Config.parse(toml, Path.of("martlet.toml"));
        var settings = Settings.of(config);
        config.section("tokens", im.martlet.auth.FastTokens.Settings.class); // the server binds it later
        config.finish();
        return settings;
    }

    private static List<String> problems(String toml) {
        return catchThrowableOfType(ConfigException.class, () -> settings(toml)).problems();
    }

    @Test void anEmptyFileHasAllDefaults() throws ConfigException {
        var settings = settings("");
        assertThat(settings.hosts()).containsOnlyKeys("localhost");
        assertThat(settings.listen().client()).containsExactly(new HostPort("", 5222));
        assertThat(settings.limits().stanza().bytes()).isEqualTo(262_144);
        assertThat(settings.limits().timeToLogin()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.databaseUrl()).startsWith("jdbc:h2:file:").endsWith("/data/martlet");
    }

    @Test void theShippedFileHasEachSettingWithItsDefault() throws Exception {
        var lines = Files.readAllLines(SHIPPED);
        var uncommented = lines.stream().map(line -> line.matches("#[a-z_\\[].*") ? line.substring(1) : line)
                .collect(Collectors.joining("\n"));
        var own = uncommented.replaceAll("(?s)\\[hosts.*?(?=\\[listen])", "") // an example, not a default
                .replaceAll("(?s)\\[archive].*", ""); // extensions own the sections from here on
        own = own.replaceAll("(?s)\\[tokens].*?(?=\\[storage])", "");
        uncommented =
                uncommented.replaceAll("(?s)\\[archive].*", "").replaceAll("(?s)\\[tokens].*?(?=\\[storage])", "");
        assertThat(settings(own).toString()).isEqualTo(settings("").toString());
        for (var section : List.of(Settings.Server.class, Settings.Listen.class, Settings.Limits.class,
                Settings.Login.class, Settings.Storage.class, im.martlet.auth.FastTokens.Settings.class,
                im.martlet.archive.Retention.Settings.class, im.martlet.stream.StreamManagement.Settings.class,
                im.martlet.http.HttpSettings.class))
            for (var component : section.getRecordComponents()) if (component.getType() != Map.class) // its own section
                assertThat(lines).as(component.getName())
                        .anyMatch(line -> line.startsWith("#" + RecordBinder.key(component.getName()) + " = "));
        assertThat(settings(uncommented).hosts()).containsOnlyKeys("example.org");
    }

    @Test void aMisspeltKeyIsReportedWithItsLineAndTheNearestKey() {
        assertThat(problems("[listen]\nclient = [\"5222\"]\nadmn = 1\n[limit]\n")).containsExactly(
                "martlet.toml:3: unknown key 'admn' in [listen]; did you mean 'admin'?",
                "martlet.toml:4: unknown section [limit]; did you mean [limits]?");
    }

    @Test void aWrongValueIsReportedWithTheExpectedForm() {
        assertThat(problems(
                "[limits]\nsessions_per_account = \"many\"\nidle = \"soon\"\nburst = 1\n"
                        + "[listen]\nadmin = \"here\"\nclient = 5\nclient_tls = [\"x:99999\"]\n"
                        + "[storage]\nconnections = 99999999999\n"))
                .containsExactly(
                        "martlet.toml:2: 'sessions_per_account' in [limits] must be a whole number, not \"many\"",
                        "martlet.toml:3: 'idle' in [limits] must be a time such as \"30s\", \"5m\" or \"1h\","
                                + " not \"soon\"",
                        "martlet.toml:4: 'burst' in [limits] must be at least 4096, not 1",
                        "martlet.toml:6: 'admin' in [listen] must be an address with a port,"
                                + " such as \"127.0.0.1:5222\" or \"5222\", not \"here\"",
                        "martlet.toml:7: 'client' in [listen] must be a list in brackets, not 5",
                        "martlet.toml:8: 'client_tls' in [listen] must be an address with a port,"
                                + " such as \"127.0.0.1:5222\" or \"5222\", not [\"x:99999\"]",
                        "martlet.toml:10: 'connections' in [storage] must be a whole number of at most 2147483647,"
                                + " not 99999999999");
    }

    @Test void logLevelsMayBeGivenForEachPart() throws ConfigException {
        assertThat(settings("[server]\nlog = 'warn'\n").server().log()).isEqualTo(LogLevels.of("warn"));
        var levels = settings("[server]\nlog = { default = 'error', archive = 'debug' }\n").server().log();
        assertThat(levels.level()).isEqualTo("error");
        assertThat(levels.parts()).containsExactly(Map.entry("archive", "debug"));
        assertThat(settings("[server]\nlog = { archive = 'debug' }\n").server().log().level()).isEqualTo("info");
    }

    @Test void aWrongLogLevelIsReported() {
        assertThat(problems("[server]\nlog = 'loud'\n")).containsExactly(
                "martlet.toml:2: 'log' in [server] must be one of [error, warn, info, debug], not \"loud\"");
        assertThat(problems("[server]\nlog = { archive = 'loud' }\n")).containsExactly(
                "martlet.toml:2: 'archive' in 'log' of [server] must be one of [error, warn, info, debug],"
                        + " not \"loud\"");
        assertThat(problems("[server]\nlog = 3\n").getFirst()).startsWith(
                "martlet.toml:2: 'log' in [server] must be a level in quotes, or levels of parts such as");
    }

    @Test void aFileThatIsNotTextIsReported(@org.junit.jupiter.api.io.TempDir Path folder) throws Exception {
        var file = Files.write(folder.resolve("martlet.toml"), new byte[]{ '[', (byte) 0xff, ']' });
        assertThat(catchThrowableOfType(ConfigException.class, () -> Config.load(file)).problems())
                .containsExactly(file + ": is not text in UTF-8");
    }

    @Test void brokenTomlIsReportedWithItsLine() {
        assertThat(problems("[listen]\nclient = = 3\n").getFirst()).startsWith("martlet.toml:2: ");
    }

    @Test void hostsArePreparedDomains() throws ConfigException {
        assertThat(settings("[hosts.\"Example.ORG\"]\n[hosts.\"two.example\"]\n").hosts())
                .containsOnlyKeys("example.org", "two.example");
        assertThat(problems("[hosts.\"a@b\"]\n")).containsExactly("martlet.toml:1: 'a@b' in [hosts] must be a domain");
        assertThat(problems("[hosts.\"a\"]\nkey = \"k\"\n"))
                .containsExactly("martlet.toml:1: [hosts.\"a\"] needs both 'certificate' and 'key', or neither");
    }

    @Test void aSecretMayBeInAFileOrTheEnvironmentAndIsNeverPrinted(
            @org.junit.jupiter.api.io.TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("password"), "s3cret\n");
        var settings = settings("[storage]\npassword = { file = '" + file + "' }\n");
        assertThat(settings.storage().password().value()).isEqualTo("s3cret");
        assertThat(settings.toString()).doesNotContain("s3cret");
        assertThat(problems("[storage]\npassword = { env = 'MARTLET_NOT_SET' }\n").getFirst())
                .contains("an environment variable that is set");
    }
}
