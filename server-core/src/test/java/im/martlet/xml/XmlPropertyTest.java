package im.martlet.xml;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Tests rules that hold for any input. */
class XmlPropertyTest {
    private static final long MAX_FOR_A_STANZA = 32 * 1024, MAX_FOR_A_BYTE = 100; // bytes allocated
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Property(tries = 2000) void writtenElementIsReadBackUnchanged(@ForAll("elements") Element element)
            throws XmlException {
        assertThat(XmlReader.parse(element.toString())).isEqualTo(element);
    }

    @Property(tries = 3000) void cutsDoNotChangeTheResultForMutatedBytes(
            @ForAll("elements") Element element, @ForAll long seed) {
        var random = new Random(seed);
        var bytes = (RecordedStream.HEADER + element + element + "</stream:stream>").getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(4); i >= 0; i--)
            bytes[random.nextInt(bytes.length)] = (byte) "<>/&;'\"=!?[]- xa\u0000\u00ff".charAt(random.nextInt(18));
        var whole = new RecordedStream().feed(bytes).events;
        int cut = random.nextInt(bytes.length);
        var cutInTwo =
                new RecordedStream().feed(Arrays.copyOf(bytes, cut)).feed(Arrays.copyOfRange(bytes, cut, bytes.length));
        assertThat(cutInTwo.events).isEqualTo(whole);
        assertThat(cutInTwo.stream.pending()).isLessThanOrEqualTo(RecordedStream.LIMITS.bytes());
    }

    @Property(tries = 2000) void randomBytesCauseNoOtherErrorThanARefusal(@ForAll byte[] bytes) {
        new RecordedStream().feed(bytes);
        RecordedStream.inside(bytes);
    }

    /**
     * The cost of reading mutated input grows only with its stanzas and its length, not with its content.
     */
    @Property(tries = 1000) void readingAllocatesInProportion(@ForAll("elements") Element element, @ForAll long seed) {
        var random = new Random(seed);
        int stanzas = 1 + random.nextInt(50);
        var bytes = (RecordedStream.HEADER + element.toString().repeat(stanzas) + "</stream:stream>")
                .getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(4); i > 0; i--)
            bytes[random.nextInt(bytes.length)] = (byte) "<>/&;'\"=!?[]- xa".charAt(random.nextInt(16));
        new RecordedStream().feed(bytes); // loads classes once
        long before = THREADS.getCurrentThreadAllocatedBytes();
        new RecordedStream().feed(bytes);
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                .isLessThan((stanzas + 2) * MAX_FOR_A_STANZA + MAX_FOR_A_BYTE * bytes.length);
    }

    @Provide Arbitrary<Element> elements() { return elements(3); }

    private static Arbitrary<Element> elements(int depth) {
        var text = Arbitraries.strings().withChars("ab <>&'\"]\t\nÄ‍ß€").ofMinLength(1).ofMaxLength(10);
        var names = Arbitraries.of("a", "message", "body", "x-y");
        // a namespace is any text
        var uris = Arbitraries.strings().withChars("a:{}<>'\"&= /\n").ofMinLength(1).ofMaxLength(8);
        var namespaces = Arbitraries.oneOf(Arbitraries.of("jabber:client", "urn:x", "urn:a&b"), uris);
        var attributeNames = Arbitraries.oneOf(Arbitraries.of("to", "from", "xml:lang", "{urn:z}q"),
                uris.map(uri -> "{" + uri + "}q"));
        var attributes = Arbitraries.maps(attributeNames, text).ofMaxSize(3);
        var children = depth == 0 ? Arbitraries.just(List.<Element>of()) : elements(depth - 1).list().ofMaxSize(2);
        return Combinators.combine(namespaces, names, attributes, children, text).as((ns, name, attrs, kids, words) -> {
            var e = Element.of(ns, name);
            for (var a : attrs.entrySet()) e = e.with(a.getKey(), a.getValue());
            for (var kid : kids) e = e.with(kid).withText(words);
            return e;
        });
    }
}
