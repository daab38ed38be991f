package im.martlet.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * Asks DNS with dnsjava. Caches answers, also negative ones, as long as they allow, and follows CNAMEs, 8 at most. Any
 * thread.
 */
public final class DnsjavaResolver implements DnsResolver {
    private static final int MOST_CACHED = 20_000;
    private static final int MOST_ALIASES = 8;

    private final LookupSession session;
    private final Duration patience;

    /**
     * @param servers name servers; an empty list stands for those of the system
     * @param patience longest time for one question, with all its tries
     */
    public DnsjavaResolver(List<InetSocketAddress> servers, Duration patience) {
        this.patience = patience;
        var cache = new Cache(DClass.IN);
        cache.setMaxEntries(MOST_CACHED);
        session = LookupSession.builder().resolver(resolver(servers)).cache(cache).maxRedirects(MOST_ALIASES)
                .defaultHostsFileParser().build();
    }

    private static Resolver resolver(List<InetSocketAddress> servers) {
        var all = servers.isEmpty() ? new ExtendedResolver()
                : new ExtendedResolver(servers.stream().<Resolver>map(SimpleResolver::new).toList());
        all.setTimeout(Duration.ofSeconds(5));
        all.setRetries(2);
        return all;
    }

    @Override public List<SrvRecord> srv(String service, String domain) throws LookupException {
        boolean tls = service.startsWith("xmpps");
        return get(ask("_" + service + "._tcp." + domain, Type.SRV), domain).stream()
                .filter(SRVRecord.class::isInstance).map(SRVRecord.class::cast)
                .map(r -> new SrvRecord(r.getPriority(), r.getWeight(), r.getPort(),
                        r.getTarget().equals(Name.root) ? "" : r.getTarget().toString(true), tls))
                .toList();
    }

    @Override public List<InetAddress> addresses(String host) throws LookupException {
        var six = ask(host, Type.AAAA);
        var four = ask(host, Type.A);
        var v6 = new ArrayList<InetAddress>();
        LookupException failure = null;
        try {
            for (Record r : get(six, host)) if (r instanceof AAAARecord a) v6.add(a.getAddress());
        } catch (LookupException e) {
            failure = e; // some name servers answer for IPv4 only
        }
        var v4 = new ArrayList<InetAddress>();
        for (Record r : get(four, host)) if (r instanceof ARecord a) v4.add(a.getAddress());
        if (v4.isEmpty() && failure != null) throw failure;
        return interleaved(v6, v4);
    }

    /** Returns both lists in turns, beginning with the first. */
    static List<InetAddress> interleaved(List<InetAddress> first, List<InetAddress> second) {
        var all = new ArrayList<InetAddress>();
        for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
            if (i < first.size()) all.add(first.get(i));
            if (i < second.size()) all.add(second.get(i));
        }
        return all;
    }

    private CompletableFuture<List<Record>> ask(String name, int type) {
        try {
            return session.lookupAsync(Name.fromString(name, Name.root), type).toCompletableFuture()
                    .thenApply(r -> r.getRecords());
        } catch (TextParseException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private List<Record> get(CompletableFuture<List<Record>> asked, String name) throws LookupException {
        try {
            return asked.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NoSuchDomainException || e.getCause() instanceof NoSuchRRSetException)
                return List.of();
            if (e.getCause() instanceof TextParseException)
                throw new LookupException("'" + name + "' is not a valid name for DNS", true);
            throw new LookupException("DNS does not answer for " + name + ": " + reason(e.getCause()), false);
        } catch (TimeoutException e) {
            throw new LookupException("DNS does not answer for " + name + " in time", false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LookupException("the lookup of " + name + " was interrupted", false);
        }
    }

    private static String reason(Throwable failure) {
        return failure instanceof IOException && failure.getMessage() != null ? failure.getMessage()
                : failure.getClass().getSimpleName();
    }
}
