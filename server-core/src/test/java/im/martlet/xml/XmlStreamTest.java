package im.martlet.xml;

import static im.martlet.xml.RecordedStream.HEADER;
import static im.martlet.xml.RecordedStream.inside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XmlStreamTest {
    private static final String CHAT =
            "<message to='juliet@localhost' xml:lang='de'><body>Grüße &amp; 🐦 &#x41;<![CDATA[<b>]]></body>"
                    + "<x xmlns='urn:x' y='&quot;\"'/></message>";

    @Test void streamConsistsOfHeaderElementsAndEnd() {
        assertThat(new RecordedStream()
                .feed("<?xml version='1.0'?>" + HEADER + " \n" + CHAT + "<presence/></stream:stream>").events)
                .containsExactly("HEADER localhost",
                        "<message xmlns='jabber:client' to='juliet@localhost' xml:lang='de'>"
                                + "<body>Grüße &amp; 🐦 A&lt;b&gt;</body>"
                                + "<x xmlns='urn:x' y='\"\"'/></message>",
                        "<presence xmlns='jabber:client'/>", "END");
    }

    @Test void cutsBetweenBytesDoNotChangeTheResult() {
        var bytes = ("<?xml version='1.0'?>" + HEADER + CHAT + "  " + CHAT + "</stream:stream>")
                .getBytes(StandardCharsets.UTF_8);
        var whole = new RecordedStream().feed(bytes).events;
        for (int cut = 1; cut < bytes.length; cut++)
            assertThat(new RecordedStream().feed(Arrays.copyOf(bytes, cut))
                    .feed(Arrays.copyOfRange(bytes, cut, bytes.length)).events)
                    .as("cut at %d", cut).isEqualTo(whole);
        var one = new RecordedStream();
        for (byte b : bytes) one.feed(new byte[]{ b });
        assertThat(one.events).isEqualTo(whole);
    }

    @Test void prefixesOfTheHeaderHoldInsideTheStream() {
        assertThat(inside("<stream:error><x/></stream:error>"))
                .containsExactly("<error xmlns='http://etherx.jabber.org/streams'><x xmlns='jabber:client'/></error>");
        var other =
                new RecordedStream().feed(HEADER.replace("version", "xmlns:f='urn:f' version")).feed("<f:x f:a='1'/>");
        assertThat(other.events.getLast()).isEqualTo("<x xmlns='urn:f' xmlns:a0='urn:f' a0:a='1'/>");
    }

    @Test void namespaceIsNeverWrittenAsMarkup() throws XmlException {
        for (String uri : List.of("}a='1'/&gt;&lt;presence/&gt;", "urn:x}", "}", "{}", "&apos;/>", "a b"))
            assertThat(inside("<message><x xmlns:p=\"" + uri + "\" p:a='1'/></message>")).singleElement()
                    .satisfies(xml -> assertThat(XmlReader.parse(xml).children()).singleElement().isEqualTo(
                            Element.of("jabber:client", "x").with(
                                    "{" + uri.replace("&gt;", ">").replace("&lt;", "<").replace("&apos;", "'") + "}a",
                                    "1")));
    }

    @ParameterizedTest
    @ValueSource(strings = { "a b", "a/", "x><y", "a='1' b", "", "{urn:x}a b", "{urn:x}",
            "{urn:x" }) void writerRefusesInvalidNames(String name) {
        assertThatThrownBy(() -> Element.of("urn:x", "x").with(name, "1").toString())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Element.of("urn:x", name).toString()).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = { "<message><xml:x/></message>", "<message xmlns:xmlns='urn:x'/>",
            "<message><x xmlns='http://www.w3.org/XML/1998/namespace'/></message>",
            "<x xmlns='http://www.w3.org/2000/xmlns/'/>",
            "<p:x xmlns:p='http://www.w3.org/XML/1998/namespace'/>", "<p:x xmlns:p='http://www.w3.org/2000/xmlns/'/>",
            "<x xmlns:p='http://www.w3.org/XML/1998/namespace' p:lang='de'/>",
            "<x xmlns:p='http://www.w3.org/2000/xmlns/' p:y='urn:y'/>",
            "<x xmlns:p=''/>", "<x xmlns:xml='urn:x'/>" }) void namespacesThatNobodyMayDeclareAreNotWellFormed(
                    String xml) {
        assertThat(inside(xml)).containsExactly("NOT_WELL_FORMED");
    }

    @Test void newStreamMayFollowWhitespaceOfTheOldOne() {
        var recorded = new RecordedStream().feed(HEADER).feed("<presence/>");
        recorded.stream.restart();
        assertThat(recorded.feed("\n").feed("<?xml version='1.0'?>" + HEADER).events).hasSize(3).last()
                .isEqualTo("HEADER localhost");
    }

    @Test void idleStreamKeepsNoBytes() {
        var recorded = new RecordedStream().feed(HEADER).feed(CHAT).feed("   \n  ");
        assertThat(recorded.stream.pending()).isZero();
        recorded.feed("<mess");
        assertThat(recorded.stream.pending()).isEqualTo(5);
    }

    @Test void whitespaceBetweenStanzasHasNoLimit() {
        var recorded = new RecordedStream().feed(HEADER);
        for (int i = 0; i < 100; i++) recorded.feed(" ".repeat(1000));
        assertThat(recorded.feed("<presence/>").events).hasSize(2).last()
                .isEqualTo("<presence xmlns='jabber:client'/>");
    }

    @ParameterizedTest
    @ValueSource(strings = { "<!DOCTYPE x>", "<!-- c -->", "<?pi?>", "<message><!-- c --></message>",
            "<message><?pi x?></message>",
            "<message>&nbsp;</message>", "<message a='&lol;'/>", "<!ENTITY x 'y'>",
            "<message><!DOCTYPE x [<!ENTITY lol 'lol'>]></message>" }) void forbiddenXmlIsRestrictedXml(String xml) {
        assertThat(inside(xml)).containsExactly("RESTRICTED_XML");
    }

    @ParameterizedTest
    @ValueSource(strings = { "<?foo bar?>", "<?xml-stylesheet href='x'?>", "<?xmlx version='1.0'?>",
            "<?XML version='1.0'?>", "<? xml version='1.0'?>", "<??>",
            "<?xml version='1.0'?><?foo bar?>" }) void onlyADeclarationMayPrecedeTheStream(String xml) {
        assertThat(new RecordedStream().feed(xml + HEADER).events).containsExactly("RESTRICTED_XML");
    }

    @Test void documentTypeBeforeTheStreamIsRestrictedXml() {
        assertThat(
                new RecordedStream().feed("<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY lol 'lol'>]>" + HEADER).events)
                .containsExactly("RESTRICTED_XML");
    }

    @ParameterizedTest
    @ValueSource(strings = { "<a><b></a></b>", "<a b='1' b='2'/>", "<a b=1/>", "<a b/>", "< a/>", "<>", "<a></ b>",
            "<a>&amp</a>", "<a>& b</a>",
            "<a b='<'/>", "<1/>", "<a>]]></a>", "<a>\u0001</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a/ >",
            "<a b='1'c='2'/>" }) void brokenTagsAreNotWellFormed(String xml) {
        assertThat(inside(xml)).containsExactly("NOT_WELL_FORMED");
    }

    @Test void undeclaredPrefixIsABadNamespacePrefix() {
        assertThat(inside("<foo:x/>")).containsExactly("BAD_NAMESPACE_PREFIX");
        assertThat(inside("<message><xmlns:x/></message>")).containsExactly("BAD_NAMESPACE_PREFIX");
        assertThat(inside("<x foo:a='1'/>")).containsExactly("BAD_NAMESPACE_PREFIX");
    }

    @Test void textBetweenStanzasIsABadFormat() { assertThat(inside("hello")).containsExactly("BAD_FORMAT"); }

    @ParameterizedTest(name = "{0}")
    @CsvSource({ "a lone continuation, 80", "overlong, C0AF", "overlong three, E080AF", "a surrogate, EDA080",
            "above Unicode, F4908080",
            "cut short, C320", "FE, FE" }) void brokenUtf8IsNotWellFormed(String fault, String hex) {
        var out = new ByteArrayOutputStream();
        out.writeBytes("<a>".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(java.util.HexFormat.of().parseHex(hex));
        out.writeBytes("</a>".getBytes(StandardCharsets.US_ASCII));
        assertThat(inside(out.toByteArray())).containsExactly("NOT_WELL_FORMED");
    }

    @Test void otherEncodingsAreUnsupported() {
        for (var charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16))
            assertThat(new RecordedStream().feed(HEADER.getBytes(charset)).events).as(charset.name()).first()
                    .isIn("UNSUPPORTED_ENCODING", "NOT_WELL_FORMED");
        assertThat(new RecordedStream().feed("<?xml version='1.0' encoding='ISO-8859-1'?>" + HEADER).events)
                .containsExactly("UNSUPPORTED_ENCODING");
    }

    @Test void xmlVersion11IsNotWellFormed() {
        assertThat(new RecordedStream().feed("<?xml version='1.1'?>" + HEADER).events)
                .containsExactly("NOT_WELL_FORMED");
    }

    @Test void byteOrderMarkMayOnlyPrecedeAStream() {
        assertThat(new RecordedStream().feed("\ufeff<?xml version='1.0'?>" + HEADER).events)
                .containsExactly("HEADER localhost");
        assertThat(inside("<presence/>\ufeff<presence/>")).containsExactly("<presence xmlns='jabber:client'/>",
                "BAD_FORMAT");
        assertThat(inside("<\ufeffpresence/>")).containsExactly("NOT_WELL_FORMED");
    }

    /** After very many different names, a parser keeps no more memory than after a few stanzas. */
    @Test void parserForgetsNames() throws Exception {
        var parser = new ElementParser();
        var name = "x".repeat(9000);
        parser.parse(element(name), 0, element(name).length, StreamNamespaces.CLIENT);
        long before = heap();
        for (int i = 0; i < 9000; i++) { // 81 MB of names
            var bytes = element(name + i);
            parser.parse(bytes, 0, bytes.length, StreamNamespaces.CLIENT);
        }
        assertThat(heap() - before).isLessThan(20_000_000);
        java.lang.ref.Reference.reachabilityFence(parser);
    }

    private static byte[] element(String name) { return ("<" + name + "/>").getBytes(StandardCharsets.UTF_8); }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test void tooLargeElementIsRefusedBeforeItIsComplete() {
        assertThat(inside("<a b='" + "x".repeat(11_000))).containsExactly("POLICY_VIOLATION");
        assertThat(inside("<a>".repeat(17))).containsExactly("POLICY_VIOLATION");
        var many = new StringBuilder("<a");
        for (int i = 0; i < 33; i++) many.append(" a").append(i).append("=''");
        assertThat(inside(many.toString())).containsExactly("POLICY_VIOLATION");
        assertThat(inside(many.toString().replace(" a", " xmlns:a"))).as("namespaces count as well")
                .containsExactly("POLICY_VIOLATION");
        assertThat(new RecordedStream().feed("<stream:stream a='" + "x".repeat(20_000)).events)
                .containsExactly("POLICY_VIOLATION");
    }

    @Test void deepNestingEndsAtTheLimit() {
        assertThat(inside("<a>".repeat(100_000))).containsExactly("POLICY_VIOLATION");
    }

    @Test void inputAfterARefusalIsIgnored() {
        assertThat(inside("<a></b><presence/>")).containsExactly("NOT_WELL_FORMED");
    }

    @Test void refusalInOneStreamDoesNotAffectOthers() {
        for (int i = 0; i < 50; i++) {
            inside("<a><b></a>" + i + "</b>");
            assertThat(inside("<presence/>")).containsExactly("<presence xmlns='jabber:client'/>");
        }
    }
}
