package im.martlet.xml;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Measures framing, parsing and writing of chat messages of about 300 bytes, in the form of Conversations and Dino. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class XmlBenchmark implements XmlStream.Receiver {
    private static final String HEADER =
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
                    + "to='localhost' version='1.0'>";
    private static final String CHAT =
            "<message to=\"juliet@capulet.example\" id=\"6f1e23c8-90f2-4a3b-8b77-1d2c5c0b9f0e\" type=\"chat\">"
                    + "<body>Wherefore art thou, Romeo? I waited &amp; waited.</body>"
                    + "<request xmlns=\"urn:xmpp:receipts\"/><markable xmlns=\"urn:xmpp:chat-markers:0\"/>"
                    + "<origin-id xmlns=\"urn:xmpp:sid:0\" id=\"6f1e23c8-90f2-4a3b-8b77-1d2c5c0b9f0e\"/></message>";
    private static final XmlLimits LIMITS = new XmlLimits(262_144, 64, 128);

    /** Counts bytes of input or output, so that JMH prints bytes per second. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Bytes {
        public long bytes;
    }

    private final byte[] chats = CHAT.repeat(100).getBytes(StandardCharsets.UTF_8);
    private final Framer framer = new Framer(LIMITS);
    private final XmlStream stream = new XmlStream(new ElementParser(), LIMITS, this);
    private Blackhole hole;
    private Element last;

    @Setup public void open(Blackhole hole) throws XmlException {
        this.hole = hole;
        var header = HEADER.getBytes(StandardCharsets.UTF_8);
        framer.scan(header, 0, header.length);
        stream.feed(ByteBuffer.wrap(header));
        stream.feed(ByteBuffer.wrap(CHAT.getBytes(StandardCharsets.UTF_8)));
    }

    @Override public void header(StreamHeader header) {}

    @Override public void element(Element element) {
        last = element;
        hole.consume(element);
    }

    @Override public void end() {}

    @Benchmark public int frame(Bytes count) throws XmlException {
        int elements = 0;
        for (int at = 0; at < chats.length; elements++) at = framer.scan(chats, at, chats.length);
        count.bytes += chats.length;
        return elements;
    }

    @Benchmark public void frameAndParse(Bytes count) throws XmlException {
        stream.feed(ByteBuffer.wrap(chats));
        count.bytes += chats.length;
    }

    @Benchmark public byte[] write(Bytes count) {
        byte[] written = new XmlWriter().element(last, "jabber:client").toBytes();
        count.bytes += written.length;
        return written;
    }
}
