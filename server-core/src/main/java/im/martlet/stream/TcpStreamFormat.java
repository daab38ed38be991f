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

/** The format of RFC 6120. Elements that are sent together go out as one piece, in few TLS records and system calls. */
record TcpStreamFormat(XmlStream xml) implements StreamFormat {
    private static final String END = "</stream:stream>";

    @Override public void feed(ByteBuffer bytes) throws XmlException { xml.feed(bytes); }

    @Override public void restart() { xml.restart(); }

    @Override public void stop() { xml.stop(); }

    @Override public void limits(XmlLimits limits) { xml.limits(limits); }

    @Override public byte[] header(String from, String to) { return StreamHeaderRules.serverHeader(from, to); }

    @Override public List<byte[]> pieces(List<byte[]> elements) {
        if (elements.size() == 1) return elements;
        var all = new ByteArrayOutputStream();
        elements.forEach(all::writeBytes);
        return List.of(all.toByteArray());
    }

    @Override public List<byte[]> end(@Nullable StreamError error) {
        return List.of(((error == null ? "" : error.toXml()) + END).getBytes(StandardCharsets.UTF_8));
    }
}
