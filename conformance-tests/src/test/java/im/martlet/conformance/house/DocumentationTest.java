package im.martlet.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.extension.ChainPoint;
import im.martlet.extension.ImplementedXep;
import im.martlet.extension.Kernel;
import im.martlet.spec.Xep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Compares generated documents with the installed extensions. With {@code -Dmartlet.docs=write} it writes the files
 * instead.
 */
class DocumentationTest {
    private static final Path DOCS = Path.of("../docs");

    /** A server with all extensions, those of federation too. */
    private static LocalServer server;

    @BeforeAll static void start() {
        server = LocalServer.start(LocalServer.SETTINGS.replace("enabled = false", "enabled = true")
                .replace("[listen]\n", "[listen]\nserver = []\nserver_tls = []\n")
                + "[abuse]\nlists = [\"pubsub.localhost/blocklist\"]\n"); // with a list, Abuse screens stanzas
    }

    @AfterAll static void stop() { server.close(); }

    private static Kernel kernel() { return server.server().injector().getInstance(Kernel.class); }

    private static List<ImplementedXep> implemented() { return ImplementedXep.of(kernel().extensions()); }

    @Test void eachAnnotatedClassIsFoundInTheRunningServer() {
        var annotated = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("im.martlet").stream()
                .filter(c -> c.isAnnotatedWith(Xep.class) || c.isAnnotatedWith(Xep.List.class))
                .map(JavaClass::getName).toList();
        assertThat(implemented().stream().map(i -> i.by().getName()).distinct().toList())
                .as("a class with @Xep is in the package of an extension, or below it")
                .containsExactlyInAnyOrderElementsOf(annotated);
    }

    @Test void eachExtensionThatActsInTheChainHasAPlaceThere() {
        for (var point : ChainPoint.values())
            assertThat(kernel().chain(point).stream().distinct())
                    .as("the extensions at " + point + " are those that ChainPoint names, in that order")
                    .containsExactlyElementsOf(point.order());
    }

    @Test void theChainIsTrue() throws IOException {
        var text = new StringBuilder("""
                # The chain

                Made from the installed extensions (`DocumentationTest`); not to be edited. The order is decided in
                `extension/ChainPoint.java`.

                A stanza that a client sends meets the interceptors of `SENT_SCREEN`, `SENT_STAMP` and `SENT_ARCHIVE`.
                If it is for a local account, it then meets those of `RECEIVED_SCREEN`, `RECEIVED_STAMP` and
                `RECEIVED_ARCHIVE`. An interceptor may change, drop or bounce the stanza. A dropped or bounced stanza
                meets no further interceptor. The listeners of `DELIVERED` hear of a stanza that was delivered.
                """);
        for (var point : ChainPoint.values()) {
            text.append("\n## ").append(point).append("\n\n");
            int number = 0;
            for (String name : kernel().chain(point).stream().distinct().toList())
                text.append(++number).append(". `").append(name).append("`\n");
        }
        check("CHAIN.md", text.toString());
    }

    @Test void tableOfXepsMatchesInstalledExtensions() throws IOException {
        check("XEPS.md",
                "# XEPs\n\nGenerated from the installed extensions by `DocumentationTest`. Do not edit.\n"
                        + "The class implements the XEP. It carries the annotation `@Xep`.\n\n"
                        + "| XEP | title | version | class | note |\n|---|---|---|---|---|\n"
                        + implemented().stream().map(
                                i -> "| [%04d](https://xmpp.org/extensions/xep-%04d.html) | %s | %s | `%s` | %s |%n"
                                        .formatted(
                                                i.xep().number(), i.xep().number(), i.xep().title(), i.xep().version(),
                                                i.by().getSimpleName(), i.xep().note()))
                                .collect(Collectors.joining()));
    }

    @Test void doapFileMatchesInstalledExtensions() throws IOException {
        check("martlet.doap",
                """
                        <?xml version='1.0' encoding='UTF-8'?>
                        <!-- Generated from the installed extensions by DocumentationTest. Do not edit. -->
                        <rdf:RDF xmlns='http://usefulinc.com/ns/doap#' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:xmpp='https://linkmauve.fr/ns/xmpp-doap#'>
                          <Project>
                            <name>Martlet</name>
                            <shortdesc xml:lang='en'>A federated messaging server that speaks XMPP</shortdesc>
                            <programming-language>Java</programming-language>
                            <license rdf:resource='https://www.apache.org/licenses/LICENSE-2.0'/>
                            <category rdf:resource='https://linkmauve.fr/ns/xmpp-doap#category-server'/>
                            <implements rdf:resource='https://xmpp.org/rfcs/rfc6120.html'/>
                            <implements rdf:resource='https://xmpp.org/rfcs/rfc6121.html'/>
                            <implements rdf:resource='https://xmpp.org/rfcs/rfc7395.html'/>
                            <implements rdf:resource='https://xmpp.org/rfcs/rfc7622.html'/>
                        """
                        + implemented().stream().map(i -> """
                                    <implements>
                                      <xmpp:SupportedXep>
                                        <xmpp:xep rdf:resource='https://xmpp.org/extensions/xep-%04d.html'/>
                                        <xmpp:version>%s</xmpp:version>
                                        <xmpp:status>complete</xmpp:status>%s
                                      </xmpp:SupportedXep>
                                    </implements>
                                """.indent(2).formatted(i.xep().number(), i.xep().version(),
                                i.xep().note().isEmpty() ? ""
                                        : "\n        <xmpp:note xml:lang='en'>" + i.xep().note() + "</xmpp:note>")
                                .replace("complete</xmpp:status>\n        <xmpp:note",
                                        "partial</xmpp:status>\n        <xmpp:note"))
                                .collect(Collectors.joining())
                        + "  </Project>\n</rdf:RDF>\n");
    }

    /** Every thread has a name and a line in the table. */
    @Test void everyNamedThreadIsInThreadsDocument() throws IOException {
        var table = Files.readString(DOCS.resolve("THREADS.md"));
        var named = Pattern.compile("(?:Thread\\.of.*?\\.name\\(|new StreamClock<>\\(|new Thread\\(.*?)\"([a-z0-9-]+)");
        try (var files = Files.walk(Path.of(".."))) {
            for (Path file : files
                    .filter(f -> f.toString().contains("/src/main/java/") && f.toString().endsWith(".java")).toList())
                for (var started = named.matcher(Files.readString(file)); started.find();)
                    assertThat(table).as(file.toString()).containsPattern("`" + started.group(1) + "[ `]");
        }
    }

    private static void check(String file, String text) throws IOException {
        if ("write".equals(System.getProperty("martlet.docs"))) Files.writeString(DOCS.resolve(file), text);
        assertThat(DOCS.resolve(file))
                .as("run: mvn -pl conformance-tests -am test -Dtest=DocumentationTest -Dmartlet.docs=write").content()
                .isEqualTo(text);
    }
}
