package im.martlet.conformance;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A small DNS server on loopback, which knows what a test tells it and nothing else. */
final class LoopbackDns implements AutoCloseable {
    private final DatagramSocket socket;
    private final ConcurrentHashMap<Name, List<Record>> zone = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean silent;

    LoopbackDns() {
        try {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::serve);
    }

    int port() { return socket.getLocalPort(); }

    /** Questions that were asked so far. */
    int asked() { return asked.get(); }

    /** From now on it answers nobody, or everybody again. */
    void silent(boolean silent) { this.silent = silent; }

    /** The servers of a domain are here: on this port with STARTTLS, or with TLS from the start when {@code service} is xmpps-server. */
    LoopbackDns server(String domain, String service, int priority, int port) {
        return add(new SRVRecord(name("_" + service + "._tcp." + domain), DClass.IN, 1, priority, 1, port, name("host." + domain))).address("host." + domain);
    }

    /** The servers of a domain are at a host elsewhere. */
    LoopbackDns server(String domain, String service, int port, String host) {
        return add(new SRVRecord(name("_" + service + "._tcp." + domain), DClass.IN, 1, 0, 1, port, name(host)));
    }

    LoopbackDns address(String host) { return add(new ARecord(name(host), DClass.IN, 1, InetAddress.getLoopbackAddress())); }

    LoopbackDns nothing(String domain) { return add(new SRVRecord(name("_xmpp-server._tcp." + domain), DClass.IN, 1, 0, 0, 0, Name.root)); }

    LoopbackDns forget(String domain) {
        zone.keySet().removeIf(n -> n.toString().endsWith("." + domain + "."));
        return this;
    }

    private LoopbackDns add(Record record) {
        var all = zone.computeIfAbsent(record.getName(), _ -> new CopyOnWriteArrayList<>());
        if (!all.contains(record)) all.add(record);
        return this;
    }

    private static Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (org.xbill.DNS.TextParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void serve() {
        var packet = new DatagramPacket(new byte[4096], 4096);
        while (!socket.isClosed()) try {
            packet.setLength(4096);
            socket.receive(packet);
            if (silent) continue;
            asked.incrementAndGet();
            var answer = answer(new Message(java.util.Arrays.copyOf(packet.getData(), packet.getLength()))).toWire();
            socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        } catch (IOException e) {
            if (!socket.isClosed()) throw new java.io.UncheckedIOException(e);
        }
    }

    private Message answer(Message query) {
        var question = query.getQuestion();
        var answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.AA);
        answer.getHeader().setFlag(Flags.RA);
        if (query.getHeader().getFlag(Flags.RD)) answer.getHeader().setFlag(Flags.RD);
        answer.addRecord(question, Section.QUESTION);
        var known = zone.get(question.getName());
        if (known == null) answer.getHeader().setRcode(Rcode.NXDOMAIN);
        else known.stream().filter(r -> r.getType() == question.getType() || question.getType() == Type.ANY).forEach(r -> answer.addRecord(r, Section.ANSWER));
        return answer;
    }

    @Override public void close() { socket.close(); }
}
