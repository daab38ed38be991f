package im.martlet.conformance.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Forwards connections to a port on loopback. A test can cut the link, which drops all data, and mend it again. */
public final class CuttableLink implements AutoCloseable {
    private final ServerSocket listening;
    private final int to;
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    public CuttableLink(int to) throws IOException {
        this.to = to;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public int port() { return listening.getLocalPort(); }

    /** Drops all data from now on, without closing connections. New connections get no answer. */
    public void cut() {
        cut = true;
    }

    /** Closes all old connections, and forwards new ones again. */
    public void mend() throws IOException {
        for (Socket end : ends) end.close();
        ends.clear();
        cut = false;
    }

    private void accept() {
        while (!listening.isClosed()) try {
            var here = listening.accept();
            ends.add(here);
            if (cut) continue;
            var there = new Socket(InetAddress.getLoopbackAddress(), to);
            ends.add(there);
            Thread.ofVirtual().start(() -> carry(here, there));
            Thread.ofVirtual().start(() -> carry(there, here));
        } catch (IOException e) {
            // the target does not listen, or the test has ended
        }
    }

    private void carry(Socket from, Socket to) {
        try (from; to) {
            var bytes = new byte[8192];
            for (int n = from.getInputStream().read(bytes); n >= 0; n = from.getInputStream().read(bytes))
                if (!cut) to.getOutputStream().write(bytes, 0, n);
        } catch (IOException e) {
            // the other end has closed
        }
    }

    @Override public void close() throws IOException {
        listening.close();
        mend();
    }
}
