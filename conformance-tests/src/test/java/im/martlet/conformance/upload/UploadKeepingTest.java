package im.martlet.conformance.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.SimulatedTimeModule;
import im.martlet.conformance.harness.peers.UploadClient;
import im.martlet.extensions.upload.UploadMaintenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The retention of uploads, their limits, and their deletion (XEP-0363 §5, §6). */
class UploadKeepingTest {
    private static final byte[] FILE = UploadTest.bytes(1000, 3);

    private static LocalServer server(String settings) {
        return LocalServer.start(LocalServer.SETTINGS.replace("[contact]", "[upload]\n" + settings + "\n[contact]"),
                SimulatedTimeModule.class);
    }

    /** Counts the files that hold bytes of uploads. */
    private static long files(LocalServer server) throws IOException {
        var folder = server.data().resolve("uploads");
        if (!Files.exists(folder)) return 0;
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    private static void runMaintenance(LocalServer server) {
        server.server().injector().getInstance(UploadMaintenance.class)
                .runAt(SimulatedTimeModule.of(server).instant());
    }

    private static String condition(ReceivedXml answer) {
        return answer.child("error").orElseThrow().children().getFirst().name();
    }

    @Test void aFileThatIsTooLargeIsRefusedWithTheLimit() throws Exception {
        try (var server = server("largest = 5000\nlargest_profile = 500"); var juliet = UploadClient.at(server)) {
            var answer = juliet.ask("filename='a.png' size='5001'", "");
            var error = answer.child("error").orElseThrow();
            assertThat(error.attribute("type")).isEqualTo("modify");
            assertThat(condition(answer)).isEqualTo("not-acceptable");
            assertThat(error.child("file-too-large").orElseThrow().child("max-file-size").orElseThrow().text())
                    .isEqualTo("5000");
            assertThat(juliet.ask("filename='a.png' size='5000'", "").attribute("type")).isEqualTo("result");
            assertThat(condition(
                    juliet.ask("filename='a.png' size='501'", "<profile xmlns='urn:xmpp:http:upload:purpose:0'/>")))
                    .isEqualTo("not-acceptable");
            juliet.client.send(
                    "<iq type='get' id='info' to='upload.localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
            assertThat(juliet.client.receive().toString()).contains("max-file-size", ">5000<");
        }
    }

    @Test void anAccountAtItsQuotaMustDeleteAFile() throws Exception {
        try (var server = server("quota = 2500\ndaily = 0"); var juliet = UploadClient.at(server);
                var nurse = UploadClient.at(server)) {
            var first = juliet.upload("a.png", FILE, "image/png");
            juliet.upload("b.png", FILE, "image/png");
            var answer = juliet.ask("filename='c.png' size='1000'", "");
            assertThat(condition(answer)).isEqualTo("resource-constraint");
            assertThat(answer.child("error").orElseThrow().attribute("type")).isEqualTo("wait");
            assertThat(answer.child("error").orElseThrow().child("retry")).as("a retry needs a deletion, not time")
                    .isEmpty();
            nurse.upload("a.png", FILE, "image/png");
            server.command("upload delete", Map.of("file", first.toString()));
            assertThat(juliet.get(first).statusCode()).isEqualTo(404);
            juliet.upload("c.png", FILE, "image/png");
        }
    }

    @Test void earlierSlotsDoNotCircumventTheQuota() throws Exception {
        try (var server = server("quota = 2500\ndaily = 0"); var juliet = UploadClient.at(server)) {
            var slots = List.of(juliet.slot("a", 1000, ""), juliet.slot("b", 1000, ""), juliet.slot("c", 1000, ""));
            assertThat(juliet.put(slots.get(0).put(), FILE, "").statusCode()).isEqualTo(201);
            assertThat(juliet.put(slots.get(1).put(), FILE, "").statusCode()).isEqualTo(201);
            assertThat(juliet.put(slots.get(2).put(), FILE, "").statusCode()).isEqualTo(507);
        }
    }

    @Test void anAccountAtItsDailyLimitLearnsWhenToRetry() throws Exception {
        try (var server = server("daily = 2500"); var juliet = UploadClient.at(server)) {
            var clock = SimulatedTimeModule.of(server);
            var begin = clock.instant();
            var first = juliet.upload("a.png", FILE, "image/png");
            juliet.upload("b.png", FILE, "image/png");
            server.command("upload delete", Map.of("file", first.toString()));
            var answer = juliet.ask("filename='c.png' size='1000'", "");
            assertThat(condition(answer)).as("a deletion does not raise the daily limit")
                    .isEqualTo("resource-constraint");
            var retry = java.time.Instant
                    .parse(answer.child("error").orElseThrow().child("retry").orElseThrow().attribute("stamp"));
            assertThat(retry).isBetween(begin.plus(Duration.ofHours(24)),
                    begin.plus(Duration.ofHours(24)).plusSeconds(2));
            clock.forward(Duration.between(begin, retry));
            juliet.upload("c.png", FILE, "image/png");
        }
    }

    @Test void aFullHostAcceptsNoUploads() throws Exception {
        try (var server = server("host_quota = 1500"); var juliet = UploadClient.at(server);
                var nurse = UploadClient.at(server);
                var elsewhere = UploadClient.as(server, server.account("paris", "other.example"))) {
            juliet.upload("a.png", FILE, "image/png");
            assertThat(condition(nurse.ask("filename='b.png' size='1000'", ""))).isEqualTo("resource-constraint");
            assertThat(elsewhere.ask("filename='b.png' size='1000'", "").attribute("type")).isEqualTo("result");
        }
    }

    @Test void onlyUsersOfTheHostAndOfConfiguredDomainsMayUpload() throws Exception {
        try (var server = server(""); var paris = server.login(server.account("paris", "other.example"), "x")) {
            paris.send("<iq type='get' id='1' to='upload.localhost'><request xmlns='" + UploadClient.NS
                    + "' filename='a' size='1'/></iq>");
            var answer = paris.receive();
            assertThat(condition(answer)).isEqualTo("forbidden");
            assertThat(answer.child("error").orElseThrow().attribute("type")).isEqualTo("auth");
        }
        try (var server = server("domains = ['other.example']");
                var paris = server.login(server.account("paris", "other.example"), "x")) {
            paris.send("<iq type='get' id='1' to='upload.localhost'><request xmlns='" + UploadClient.NS
                    + "' filename='a' size='1'/></iq>");
            assertThat(paris.receive().attribute("type")).isEqualTo("result");
        }
    }

    @Test void aSlotExpires() throws Exception {
        try (var server = server("slot = '5m'"); var juliet = UploadClient.at(server)) {
            var early = juliet.slot("a", 1000, "");
            var late = juliet.slot("b", 1000, "");
            SimulatedTimeModule.of(server).forward(Duration.ofMinutes(4));
            assertThat(juliet.put(early.put(), FILE, "").statusCode()).isEqualTo(201);
            SimulatedTimeModule.of(server).forward(Duration.ofMinutes(1));
            assertThat(juliet.put(late.put(), FILE, "").statusCode()).isEqualTo(403);
        }
    }

    @Test void oldFilesAreDeletedExceptFilesForProfiles() throws Exception {
        try (var server = server("keep = '30d'"); var juliet = UploadClient.at(server)) {
            var message = juliet.upload("a.png", FILE, "image/png");
            var slot = juliet.slot("me.png", 1000, "image/png", "<profile xmlns='urn:xmpp:http:upload:purpose:0'/>");
            assertThat(juliet.put(slot.put(), UploadTest.bytes(1000, 4), "image/png").statusCode()).isEqualTo(201);
            SimulatedTimeModule.of(server).forward(Duration.ofDays(29));
            runMaintenance(server);
            assertThat(juliet.get(message).statusCode()).isEqualTo(200);
            SimulatedTimeModule.of(server).forward(Duration.ofDays(2));
            runMaintenance(server);
            assertThat(juliet.get(message).statusCode()).isEqualTo(404);
            assertThat(juliet.get(slot.get()).statusCode()).isEqualTo(200);
            assertThat(files(server)).isEqualTo(1);
        }
    }

    @Test void uploadsAreDeletedWithTheirAccount() throws Exception {
        try (var server = server(""); var juliet = UploadClient.at(server); var romeo = UploadClient.at(server)) {
            var file = juliet.upload("a.png", FILE, "image/png");
            var unused = juliet.slot("b.png", 1000, "image/png");
            var account = juliet.jid().bare();
            server.command("user del", Map.of("account", account.toString()));
            await().until(() -> juliet.get(file).statusCode() == 404);
            assertThat(romeo.put(unused.put(), FILE, "image/png").statusCode()).as("a slot of a deleted account")
                    .isEqualTo(409);
            server.account(account, LocalServer.PASSWORD);
            assertThat(romeo.put(unused.put(), FILE, "image/png").statusCode())
                    .as("a slot of the deleted account after the name is reused").isEqualTo(409);
            SimulatedTimeModule.of(server).forward(Duration.ofHours(2));
            runMaintenance(server);
            assertThat(files(server)).isZero();
        }
    }

    @Test void identicalFilesAreStoredOnceWithoutAVisibleDifference() throws Exception {
        try (var server = server(""); var juliet = UploadClient.at(server); var romeo = UploadClient.at(server)) {
            var his = romeo.upload("his.png", FILE, "image/png");
            runMaintenance(server);
            var slot = juliet.slot("hers.png", 1000, "image/png");
            var answer = juliet.put(slot.put(), FILE, "image/png");
            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(answer.headers().map().keySet()).isEqualTo(juliet
                    .put(juliet.slot("x", 1000, "").put(), UploadTest.bytes(1000, 9), "").headers().map().keySet());
            runMaintenance(server);
            assertThat(files(server)).isEqualTo(2);
            assertThat(juliet.get(slot.get()).body()).isEqualTo(FILE);
            assertThat(juliet.get(slot.get()).headers().firstValue("ETag"))
                    .isNotEqualTo(juliet.get(his).headers().firstValue("ETag"));
            server.command("upload delete", Map.of("file", his.toString()));
            runMaintenance(server);
            assertThat(juliet.get(his).statusCode()).isEqualTo(404);
            assertThat(juliet.get(slot.get()).body()).isEqualTo(FILE);
        }
    }

    @Test void sealedFilesAreServedLikeOtherFiles() throws Exception {
        var key = Base64.getEncoder().encodeToString(new byte[32]);
        try (var server = server("keys = ['" + key + "']"); var juliet = UploadClient.at(server)) {
            var text = "the raven himself is hoarse ".repeat(10_000).getBytes(UTF_8);
            var file = juliet.upload("a.txt", text, "text/plain");
            assertThat(juliet.get(file).body()).isEqualTo(text);
            assertThat(juliet.get(file, "Range", "bytes=100000-100099").body())
                    .isEqualTo(java.util.Arrays.copyOfRange(text, 100_000, 100_100));
            try (var all = Files.walk(server.data().resolve("uploads"))) {
                for (Path stored : all.filter(Files::isRegularFile).toList())
                    assertThat(Files.readString(stored, java.nio.charset.StandardCharsets.ISO_8859_1))
                            .doesNotContain("raven");
            }
        }
    }

    @Test void usersListAndDeleteOnlyTheirOwnUploads() throws Exception {
        try (var server = server(""); var juliet = UploadClient.at(server); var romeo = UploadClient.at(server)) {
            var file = juliet.upload("a.png", FILE, "image/png");
            var his = romeo.upload("his.png", FILE, "image/png");
            var listed = command(juliet, "node='uploads'", "");
            assertThat(listed.toString()).contains(file.toString(), "a.png", "1 files of 1000 bytes")
                    .doesNotContain("his.png");
            var asked = command(juliet, "node='delete-uploads'", "").child("command").orElseThrow();
            var id = file.getPath().split("/")[2];
            assertThat(asked.toString()).contains(id).doesNotContain(his.getPath().split("/")[2]);
            var chosen = "<x xmlns='jabber:x:data' type='submit'><field var='files'><value>" + id + "</value><value>"
                    + his.getPath().split("/")[2] + "</value></field></x>";
            assertThat(command(juliet, "node='delete-uploads' sessionid='" + asked.attribute("sessionid") + "'", chosen)
                    .toString()).contains("Deleted files: 1");
            assertThat(juliet.get(file).statusCode()).isEqualTo(404);
            assertThat(juliet.get(his).statusCode()).as("a file of another account").isEqualTo(200);
        }
    }

    private static ReceivedXml command(UploadClient uploader, String attributes, String form) throws Exception {
        uploader.client.send(
                "<iq type='set' id='c' to='upload.localhost'><command xmlns='http://jabber.org/protocol/commands' "
                        + attributes + ">" + form + "</command></iq>");
        return uploader.client.receive();
    }

    @Test void anInvalidKeyIsReportedAtStart() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> server("keys = ['short']"))).rootCause()
                .hasMessageContaining("'keys' in [upload] must be 32 bytes in base64");
    }

    @Test void theAdminListsUploadsAndTheirSizes() throws Exception {
        try (var server = server(""); var juliet = UploadClient.at(server)) {
            juliet.upload("a.png", FILE, "image/png");
            SimulatedTimeModule.of(server).forward(Duration.ofMinutes(1));
            juliet.upload("b.png", FILE, "image/png");
            var account = juliet.jid().bare().toString();
            assertThat(server.command("upload list", Map.of("account", account)).toString()).contains("a.png", "b.png",
                    "image/png", "1000");
            assertThat(server.command("upload list", Map.of("account", account, "limit", "1")).toString())
                    .contains("b.png").doesNotContain("a.png");
            assertThat(server.command("upload usage", Map.of("account", account)).toString()).contains("files=2",
                    "bytes=2000");
            assertThat(server.command("upload usage", Map.of()).toString()).contains("localhost", "stored_bytes=");
            assertThat(org.assertj.core.api.Assertions
                    .catchThrowable(() -> server.command("upload delete", Map.of("file", "none"))))
                    .hasMessageContaining("there is no file");
        }
    }
}
