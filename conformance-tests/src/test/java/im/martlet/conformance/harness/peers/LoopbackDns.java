package im.martlet.conformance.harness.peers;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.Type;

/** A small DNS server on loopback. It has only the records that a test adds. */
public final class LoopbackDns implements AutoCloseable {
    private final DatagramSocket socket;
    private final ConcurrentHashMap<Name, List<Record>> zone = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Name, Signed> signed = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger ignored = new AtomicInteger();
    private volatile boolean silent;
    private volatile int lasting; // time to live in seconds; 0 means 1, without negative caching

    public LoopbackDns() {
        try {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::serve);
    }

    public int port() { return socket.getLocalPort(); }

    /** Returns the number of questions that were answered. */
    public int asked() { return asked.get(); }

    /** Returns the number of questions that were ignored. */
    public int ignored() { return ignored.get(); }

    /** Ignores all questions from now on, or answers again. */
    public void silent(boolean silent) {
        this.silent = silent;
    }

    /**
     * Adds an SRV record of a server on this machine.
     *
     * @param service "xmpp-server" for STARTTLS, "xmpps-server" for direct TLS
     */
    public LoopbackDns server(String domain, String service, int priority, int port) {
        return add(new SRVRecord(name("_" + service + "._tcp." + domain), DClass.IN, 1, priority, 1, port,
                name("host." + domain))).address("host." + domain);
    }

    /** Adds an SRV record of a server on another host. */
    public LoopbackDns server(String domain, String service, int port, String host) {
        return add(new SRVRecord(name("_" + service + "._tcp." + domain), DClass.IN, 1, 0, 1, port, name(host)));
    }

    /** Adds an SRV record with the target localhost, for servers that ask the system for addresses. */
    public LoopbackDns onThisMachine(String domain, String service, int port) {
        return forget(domain).add(
                new SRVRecord(name("_" + service + "._tcp." + domain), DClass.IN, 1, 10, 1, port, name("localhost")))
                .address("localhost");
    }

    public LoopbackDns address(String host) {
        return add(new ARecord(name(host), DClass.IN, 1, InetAddress.getLoopbackAddress()));
    }

    /** Adds an IPv6 address of a host; servers try it first. */
    public LoopbackDns otherAddress(String host, String address) {
        return add(new AAAARecord(name(host), DClass.IN, 1, InetAddress.ofLiteral(address)));
    }

    /** Adds a CNAME record. */
    public LoopbackDns alias(String alias, String of) {
        return add(new CNAMERecord(name(alias), DClass.IN, 1, name(of)));
    }

    /** Sets the time to live of all answers, including negative ones. */
    public LoopbackDns lasting(int seconds) {
        lasting = seconds;
        return this;
    }

    /** Adds an SRV record that says that a domain has no server (RFC 2782). */
    public LoopbackDns nothing(String domain) {
        return add(new SRVRecord(name("_xmpp-server._tcp." + domain), DClass.IN, 1, 0, 0, 0, Name.root));
    }

    public LoopbackDns forget(String domain) {
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
            if (silent) {
                ignored.incrementAndGet();
                continue;
            }
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
        else {
            var found = known.stream()
                    .filter(r -> r.getType() == question.getType() || r.getType() == Type.CNAME
                            || question.getType() == Type.ANY)
                    .map(r -> lasting > 0 ? Record.newRecord(r.getName(), r.getType(), r.getDClass(), lasting,
                            r.rdataToWireCanonical()) : r)
                    .toList();
            found.forEach(r -> answer.addRecord(r, Section.ANSWER));
            signed.values().stream().filter(z -> !found.isEmpty() && question.getName().subdomain(z.apex())).findFirst()
                    .ifPresent(z -> answer.addRecord(z.sign(found), Section.ANSWER));
        }
        if (lasting > 0 && answer.getSection(Section.ANSWER).isEmpty())
            answer.addRecord(new SOARecord(name("example"), DClass.IN, lasting, name("ns.example"),
                    name("admin.example"), 1, 1, 1, 1, lasting), Section.AUTHORITY);
        return answer;
    }

    /** Signs the zone of a domain from now on (DNSSEC). @return the zone's key as a line of a zone file */
    public String sign(String domain) {
        var zone = Signed.of(name(domain));
        signed.put(name(domain), zone);
        add(zone.key());
        return zone.key().toString();
    }

    /** Adds a TLSA record of a certificate (RFC 6698). */
    public LoopbackDns certificate(String host, int port, int usage, X509Certificate certificate) {
        try {
            return add(new TLSARecord(name("_" + port + "._tcp." + host), DClass.IN, 1, usage, 1, 1,
                    MessageDigest.getInstance("SHA-256").digest(certificate.getPublicKey().getEncoded())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Signed(Name apex, DNSKEYRecord key, PrivateKey secret) {
        public static Signed of(Name apex) {
            try {
                var generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec("secp256r1"));
                var pair = generator.generateKeyPair();
                return new Signed(apex,
                        new DNSKEYRecord(apex, DClass.IN, 1, DNSKEYRecord.Flags.ZONE_KEY | DNSKEYRecord.Flags.SEP_KEY,
                                DNSKEYRecord.Protocol.DNSSEC, DNSSEC.Algorithm.ECDSAP256SHA256, pair.getPublic()),
                        pair.getPrivate());
            } catch (GeneralSecurityException | DNSSEC.DNSSECException e) {
                throw new IllegalStateException(e);
            }
        }

        public Record sign(List<Record> records) {
            try {
                var set = new RRset();
                records.forEach(set::addRR);
                return DNSSEC.sign(set, key, secret, Instant.now().minusSeconds(3600), Instant.now().plusSeconds(3600));
            } catch (DNSSEC.DNSSECException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override public void close() { socket.close(); }
}
