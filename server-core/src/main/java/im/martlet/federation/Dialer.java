package im.martlet.federation;

import im.martlet.dns.LookupException;
import im.martlet.dns.ServerEndpoint;
import im.martlet.dns.ServerLookup;
import im.martlet.net.Connector;
import im.martlet.net.Transport;
import im.martlet.stanza.StreamError.Condition;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Connects to a remote server: finds its endpoints, opens a TCP connection, and negotiates a stream. Blocks, for the
 * configured timeout at most; on virtual threads.
 */
final class Dialer {
    private static final long HEAD_START_MILLIS = 250; // RFC 8305 §5

    private final ServerStreams shared;
    private final ServerLookup lookup;
    private final Connector connector;

    @Inject Dialer(ServerStreams shared, ServerLookup lookup, Connector connector) {
        this.shared = shared;
        this.lookup = lookup;
        this.connector = connector;
    }

    /**
     * Tries the endpoints of the remote domain one after the other.
     *
     * @param trace gets each step, in English
     */
    ConnectionOutcome open(DomainPair pair, OutgoingStream.Purpose purpose, Consumer<String> trace) {
        long deadline = System.nanoTime() + shared.settings().timeout().toNanos();
        try {
            var endpoints = lookup.find(pair.remote());
            trace.accept("DNS: " + pair.remote() + " is at " + endpoints);
            ConnectionOutcome last = ConnectionOutcome.failed("the timeout passed before the first try");
            for (ServerEndpoint endpoint : endpoints) {
                if (System.nanoTime() > deadline) break;
                last = open(pair, purpose, endpoint, deadline, trace);
                if (!(last instanceof ConnectionOutcome.Failed(_, var why, _))) return last;
                trace.accept("failed: " + why);
            }
            return last;
        } catch (LookupException e) {
            trace.accept("DNS: " + e.getMessage());
            return notFound(e);
        }
    }

    private ConnectionOutcome open(DomainPair pair, OutgoingStream.Purpose purpose, ServerEndpoint endpoint,
            long deadline, Consumer<String> trace) {
        try {
            var addresses = lookup.addresses(pair.remote(), endpoint).stream()
                    .map(a -> new InetSocketAddress(a, endpoint.port())).toList();
            var transport = race(addresses, deadline);
            if (transport.isEmpty()) return ConnectionOutcome
                    .failed("no server answers at " + endpoint + " "
                            + addresses.stream().map(InetSocketAddress::getAddress).map(InetAddress::getHostAddress)
                                    .toList())
                    .advising(
                            "the server is down, or a firewall blocks it: try another network, or ask its admin");
            trace.accept("TCP: connected to " + transport.get().remote());
            return stream(pair, purpose, endpoint.tls(), transport.get(), deadline, trace);
        } catch (LookupException e) {
            return notFound(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ConnectionOutcome.failed("this server stops");
        }
    }

    private static ConnectionOutcome notFound(LookupException e) {
        return new ConnectionOutcome.Failed(e.isForGood(), String.valueOf(e.getMessage())).advising(
                "check the spelling of the domain; its server must be in DNS or in [federation.routes]");
    }

    private ConnectionOutcome stream(DomainPair pair, OutgoingStream.Purpose purpose, boolean tls, Transport transport,
            long deadline, Consumer<String> trace) throws InterruptedException {
        var stream = new OutgoingStream(transport, shared, pair, purpose, tls);
        shared.open().add(stream);
        try {
            var outcome = stream.begin(transport).get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (stream.connection.isSecure()) trace.accept(stream.connection.tls() + ": " + shared.trust()
                    .refusal(stream.connection.peerCertificates(), pair.remote()).orElse("the certificate is trusted"));
            return outcome;
        } catch (TimeoutException e) {
            stream.end(Condition.CONNECTION_TIMEOUT.plain());
            return ConnectionOutcome.failed(pair.remote() + " did not finish the negotiation of a stream in time")
                    .advising(
                            "its log may have the reason; for dialback it has to reach this server: run martlet check");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Connects to the addresses in order, and begins with the next when the one before has not answered for a moment
     * (RFC 8305 §5). Returns the first connection; empty if no address answers.
     */
    private Optional<Transport> race(List<InetSocketAddress> addresses, long deadline) throws InterruptedException {
        var done = new LinkedBlockingQueue<CompletableFuture<Transport>>();
        var tried = new ArrayList<CompletableFuture<Transport>>();
        try {
            for (int answered = 0; answered < addresses.size();) {
                if (tried.size() < addresses.size()) {
                    var attempt = connector.connect(addresses.get(tried.size()));
                    tried.add(attempt);
                    attempt.whenComplete((_, _) -> done.add(attempt));
                }
                long patience = tried.size() < addresses.size() ? TimeUnit.MILLISECONDS.toNanos(HEAD_START_MILLIS)
                        : Math.max(0, deadline - System.nanoTime());
                var first = done.poll(patience, TimeUnit.NANOSECONDS);
                if (first == null && tried.size() == addresses.size()) return Optional.empty();
                if (first == null) continue;
                answered++;
                if (!first.isCompletedExceptionally()) {
                    tried.remove(first);
                    return Optional.of(first.join());
                }
            }
            return Optional.empty();
        } finally { // closes connections that come too late
            for (var other : tried) other.whenComplete((transport, _) -> { if (transport != null) transport.close(); });
        }
    }
}
