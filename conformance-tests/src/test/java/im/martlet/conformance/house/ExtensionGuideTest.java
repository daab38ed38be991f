package im.martlet.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the example of docs/EXTENSIONS.md as it is printed there. */
class ExtensionGuideTest {
    private static final Path GUIDE = Path.of("../docs/EXTENSIONS.md");
    private static final Pattern TYPE = Pattern.compile("public final class (\\w+)");

    @Test void exampleOfTheGuideCompilesAndWorks(@TempDir Path folder) throws Exception {
        String guide = Files.readString(GUIDE);
        var sources = new ArrayList<Path>();
        for (String code : blocks(guide, "java")) {
            var name = TYPE.matcher(code);
            assertThat(name.find()).isTrue();
            sources.add(Files.writeString(folder.resolve(name.group(1) + ".java"), code));
        }
        var services = Files.createDirectories(folder.resolve("classes/META-INF/services"));
        Files.writeString(services.resolve("com.google.inject.Module"), blocks(guide, "text").getFirst());
        compile(sources, folder.resolve("classes"));

        try (var server = start(blocks(guide, "toml").getFirst(), folder.resolve("classes"));
                var client = server.login(server.account("motd"), "phone")) {
            client.send("<iq type='get' id='1' to='localhost'><motd xmlns='urn:example:motd:0'/></iq>");
            var answer = client.receive();
            var promised = ReceivedXml.parse(blocks(guide, "xml").getFirst());
            assertThat(answer.attribute("type")).isEqualTo(promised.attribute("type"));
            assertThat(answer.child("motd").orElseThrow().text())
                    .isEqualTo(promised.child("motd").orElseThrow().text());
        }
    }

    private static List<String> blocks(String guide, String language) {
        return Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(guide).results()
                .map(block -> block.group(1)).toList();
    }

    private static void compile(List<Path> sources, Path classes) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var options = List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
            var task = compiler.getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(sources));
            assertThat(task.call()).isTrue();
        }
    }

    private static LocalServer start(String settings, Path classes) throws IOException {
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        try {
            thread.setContextClassLoader(new URLClassLoader(new URL[]{ classes.toUri().toURL() }, before));
            return LocalServer.start(settings);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
