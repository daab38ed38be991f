package im.martlet.conformance.harness;

import im.martlet.xml.ElementParser;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlLimits;
import im.martlet.xml.XmlStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Carries the stream of one TCP client to a server over another transport. */
abstract class StreamBridge implements XmlStream.Receiver {
    /** Makes the bridge for a client that has connected. */
    interface Factory {
        StreamBridge make(Socket client) throws IOException;
    }

    private final Socket client;
    private final XmlStream xml; // guarded by itself

    StreamBridge(Socket client) {
        this.client = client;
        xml = new XmlStream(new ElementParser(), new XmlLimits(64 << 20, 1000, 1000), this);
    }

    /** Returns the port of a new bridge, which takes one connection. */
    static int listen(Factory factory) throws IOException {
        var port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("bridge").start(() -> {
            try (port; var client = port.accept()) {
                factory.make(client).carry();
            } catch (IOException e) { // the test has ended
            }
        });
        return port.getLocalPort();
    }

    private void carry() {
        var bytes = new byte[8192];
        try {
            for (int read = client.getInputStream().read(bytes); read >= 0; read = client.getInputStream().read(bytes))
                synchronized (xml) {
                    xml.feed(ByteBuffer.wrap(bytes, 0, read));
                }
        } catch (IOException | XmlException e) { // the client vanishes without a stream end
        }
        clientLeft();
    }

    /** Ends the connection to the server. */
    abstract void clientLeft();

    /** Begins a new stream of the client, after authentication. */
    final void restart() {
        synchronized (xml) {
            xml.restart();
        }
    }

    /** Sends text to the client; returns false if the client has closed the connection. */
    final boolean write(String text) {
        try {
            client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    final void closeClient() {
        try {
            client.close();
        } catch (IOException e) { // it is closed already
        }
    }
}
