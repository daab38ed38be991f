package im.martlet.conformance.house;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.conformance.harness.DialogueServers;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.house.DecisionCases.Case;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks the lines of {@link im.martlet.stanza.Decision} in the log: each case makes the server decide, and expects the
 * line with the reason. A reason in the main code needs a case here, or an entry in {@link #NOT_PROVOKED}.
 */
class DecisionLogTest {
    private static final String FAILING_SERVICE = "needs a push service of a browser that fails; GatewayTest plays it";
    private static final String SLOW_PEER = "needs a peer that reads too slowly; FederationTest plays it";

    private static final String OUTAGE = "needs a remote server that is out for a time; RemoteOutboxTest plays it";

    /** Reasons that no case provokes, each with the cause. */
    private static final Map<String, String> NOT_PROVOKED = Map.ofEntries(
            Map.entry("the component reads too slowly", "needs megabytes of stanzas; ComponentTest plays it"),
            Map.entry("the remote server reads too slowly", SLOW_PEER),
            Map.entry("earlier messages wait, so the message waits in the database", OUTAGE),
            Map.entry("the message cannot be sent now and waits in the database", OUTAGE),
            Map.entry("the room cannot be reached; the server tries again", "needs a room that is out twice"),
            Map.entry("the sender is on a blocklist", "the server reads a list after seconds; AbuseTest plays it"),
            Map.entry("the account does not exist any more", "the account must be deleted within one room message"),
            Map.entry("the call is too old", "needs a session that is detached for minutes"),
            Map.entry("too many notifications wait for the push service", "needs thousands of notifications"),
            Map.entry("too many notifications wait for the device", "needs thousands of notifications"),
            Map.entry("the gateway already has a notification with this item id", FAILING_SERVICE),
            Map.entry("the notification is too old", "needs a push service that is out for a day"),
            Map.entry("the device is no longer registered at the gateway", FAILING_SERVICE),
            Map.entry("the push service of the device could not be reached; next attempt ", FAILING_SERVICE),
            Map.entry("the push service of the device refused the message: ", FAILING_SERVICE),
            Map.entry("the push service does not know the device: HTTP status ", FAILING_SERVICE),
            Map.entry("the push service of the device is busy: ", FAILING_SERVICE),
            Map.entry("the push service of the device could not be reached: ", FAILING_SERVICE));

    private static final String LITERAL = "\"((?:[^\"\\\\]|\\\\.)*)\"";
    private static final Pattern STRING = Pattern.compile(LITERAL);
    private static final Pattern STATEMENT = Pattern.compile("(?:" + LITERAL + "|[^;{}\"])+");
    private static final Pattern DECIDES = Pattern.compile("\\bDecision\\.[A-Z_]+|\\b(drop|skip|holdBack|logDropped)\\("
            + "|\\bOptional\\.of\\(\\s*(\"|[A-Z_]+\\))");
    private static final Pattern CONSTANT = Pattern.compile("String ([A-Z_]+) =\\s*" + LITERAL);
    /** Files that return reasons to the classes that decide. */
    private static final List<String> REASONS =
            List.of("KeepPolicy.java", "MessageContent.java", "SeenElsewhere.java");

    private static LocalServer standard;
    private static LocalServer restricted;
    private DecisionLines lines;

    @BeforeAll static void startServers() {
        var settings = LocalServer.SETTINGS.replace("[limits]\n", "[limits]\nrate = 0\n");
        standard = LocalServer.start(settings.replace("[listen]\n", "[listen]\ncomponent = [\"127.0.0.1:0\"]\n")
                + "[components.\"" + DecisionScene.PUSH_SERVICE + "\"]\nsecret = \"" + DecisionScene.SECRET
                + "\"\n[push]\nretry = \"1s\"\n");
        restricted = LocalServer.start(settings.replace("[limits]\n", "[limits]\noffline_messages = 1\n")
                + "[archive]\nenabled = false\n[push]\nenabled = false\n");
    }

    @AfterAll static void stopServers() {
        standard.close();
        restricted.close();
    }

    private static LocalServer server(DecisionCases.Site site) {
        return switch (site) {
            case STANDARD -> standard;
            case RESTRICTED -> restricted;
            case FEDERATED -> DialogueServers.ofServers().server();
        };
    }

    @BeforeEach void collectLines() throws IOException {
        DialogueServers.ofServers(); // starts, and sets the levels of the log, before the lines are collected
        LocalServer.shared();
        lines = new DecisionLines(decidingClasses());
    }

    @AfterEach void stopCollecting() { lines.close(); }

    static Stream<Case> cases() { return DecisionCases.all(); }

    @ParameterizedTest
    @MethodSource("cases") void decisionIsLoggedWithItsReason(Case c) throws Exception {
        try (var scene = new DecisionScene(server(c.site()))) {
            c.script().play(scene);
            for (String reason : c.reasons()) {
                var line = expectedLine(c, reason).asMatchPredicate();
                await("line '" + c.decision().event() + " reason=\"" + reason + "\"'")
                        .until(() -> lines.lines().stream().filter(scene::concerns).toList(),
                                found -> found.stream().anyMatch(line));
            }
        }
    }

    private static Pattern expectedLine(Case c, String reason) {
        var quoted = Arrays.stream(reason.split("…", -1)).map(Pattern::quote).collect(joining(".*"));
        return Pattern.compile(c.decision().event() + " reason=\"" + quoted + "\" account=.*", Pattern.DOTALL);
    }

    @Test void eachReasonInTheMainCodeHasACase() {
        var expected = DecisionCases.all().flatMap(c -> c.reasons().stream()).toList();
        var missing = new TreeSet<String>();
        reasons().forEach((reason, file) -> {
            if (expected.stream().noneMatch(e -> e.contains(reason.strip())) && !NOT_PROVOKED.containsKey(reason))
                missing.add(file + ": " + reason);
        });
        assertThat(missing).as("reasons without a case; add one to DecisionCases, or an entry to NOT_PROVOKED")
                .isEmpty();
    }

    @Test void listOfReasonsThatNoCaseProvokesIsUpToDate() {
        assertThat(reasons().keySet()).as("the keys of NOT_PROVOKED").containsAll(NOT_PROVOKED.keySet());
    }

    // ---- the main code

    private static Map<Path, String> sources(Predicate<String> selection) {
        var sources = new HashMap<Path, String>();
        try (var files = SourceFiles.product()) {
            for (Path file : files.toList()) {
                var text = Files.readString(file);
                if (selection.test(text) || REASONS.contains(file.getFileName().toString())) sources.put(file, text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sources;
    }

    private static List<String> decidingClasses() {
        var classes = new ArrayList<String>();
        for (Path file : sources(t -> t.contains("Decision.") || t.contains("ErrorReplies.")).keySet()) {
            var name = file.toString().replace('/', '.').replaceAll("\\.java$", "");
            classes.add(name.substring(name.indexOf("im.martlet.")));
        }
        return classes;
    }

    /** Returns all reasons in the main code, each with the name of its file. */
    private static Map<String, String> reasons() {
        var reasons = new HashMap<String, String>();
        sources(text -> text.contains("im.martlet.stanza.Decision;")).forEach((file, text) -> {
            var name = file.getFileName().toString();
            var code = text.replaceAll("(?m)^\\s*(//|/\\*|\\*).*$", "").replaceAll("//[^\"\n]*\n", "\n");
            var constants = new HashMap<String, String>();
            CONSTANT.matcher(code).results().forEach(m -> constants.put(m.group(1), m.group(2)));
            STATEMENT.matcher(code).results().map(m -> m.group()).filter(s -> decides(name, s)).forEach(statement -> {
                STRING.matcher(statement).results().map(m -> m.group(1)).filter(r -> r.contains(" "))
                        .forEach(r -> reasons.put(r, name));
                constants.forEach((constant, value) -> {
                    if (value.contains(" ") && statement.matches("(?s).*\\b" + constant + "\\b.*"))
                        reasons.put(value, name);
                });
            });
        });
        return reasons;
    }

    private static boolean decides(String file, String statement) {
        return DECIDES.matcher(statement).find() || file.equals("KeepPolicy.java") && statement.contains("\"the ");
    }
}
