package im.martlet.stream;

import im.martlet.stanza.StreamError;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlLimits;
import im.martlet.xml.XmlStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stream of RFC 6120. What is sent in one go goes out in one piece: in few records and few system calls. */
record TcpStreamFormat(XmlStream xml) implements StreamFormat {
    private static final String END = "</stream:stream>";

    @Override public void feed(ByteBuffer bytes) throws XmlException { xml.feed(bytes); }

    @Override public void restart() { xml.restart(); }

    @Override public void stop() { xml.stop(); }

    @Override public void limits(XmlLimits limits) { xml.limits(limits); }

    @Override public byte[] header(String from, String to) { return StreamHeaderRules.answer(from, to); }

    @Override public List<byte[]> pieces(List<byte[]> elements) {
        if (elements.size() == 1) return elements;
        var all = new ByteArrayOutputStream();
        elements.forEach(all::writeBytes);
        return List.of(all.toByteArray());
    }

    @Override public List<byte[]> end(@Nullable StreamError why) {
        return List.of(((why == null ? "" : why.toXml()) + END).getBytes(StandardCharsets.UTF_8));
    }
}
