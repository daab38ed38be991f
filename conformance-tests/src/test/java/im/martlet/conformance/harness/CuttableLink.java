package im.martlet.conformance.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A way to a port on loopback that can be cut: what is under way is lost without a word, or with an end; and mended
 * again.
 */
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

    /** From now on nothing gets through, and nobody is told; who connects is not answered. */
    public void cut() {
        cut = true;
    }

    /** New connections get through again; old ones are found to be broken. */
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
            // nobody is there, or it is over
        }
    }

    private void carry(Socket from, Socket to) {
        try (from; to) {
            var bytes = new byte[8192];
            for (int n = from.getInputStream().read(bytes); n >= 0; n = from.getInputStream().read(bytes))
                if (!cut) to.getOutputStream().write(bytes, 0, n);
        } catch (IOException e) {
            // the other end has gone
        }
    }

    @Override public void close() throws IOException {
        listening.close();
        mend();
    }
}
