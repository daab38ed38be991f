package im.martlet.benchmarks;

import im.martlet.address.Jid;
import im.martlet.auth.PasswordHasher;
import im.martlet.config.Config;
import im.martlet.routing.Router;
import im.martlet.server.Server;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Credit;
import im.martlet.session.Link;
import im.martlet.session.Session;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StreamError;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.account.LoginTokens.Client;
import im.martlet.xml.Element;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the way of a message from the router through the recipient's mailbox and all extensions to the bytes of its
 * session.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class RouterBenchmark {
    private static final int MESSAGES = 1000;

    private final Semaphore delivered = new Semaphore(0);
    private Server server;
    private Router router;
    private Message message;

    /** A connection that accepts all bytes. */
    private final class Sink implements Link {
        @Override public void send(byte[] bytes) { delivered.release(); }

        @Override public void whenReady(Runnable action) { action.run(); }

        @Override public void end(StreamError error) {}

        @Override public Details details() {
            return new Details(new InetSocketAddress(0), Instant.EPOCH, "", "", new Client("", "", ""));
        }
    }

    @Setup public void start() throws Exception {
        Path data = Files.createTempDirectory("martlet");
        server = Server.start(Config.parse("""
                [server]
                data = '%s'
                [storage]
                url = 'jdbc:h2:mem:router'
                [proxy]
                enabled = false
                [http]
                enabled = false
                [federation]
                enabled = false
                [listen]
                client = ['127.0.0.1:0']
                client_tls = ['127.0.0.1:0']
                admin = '127.0.0.1:0'
                """.formatted(data), Path.of("benchmark.toml")));
        var inject = server.injector();
        router = inject.getInstance(Router.class);
        var juliet = Jid.parse("juliet@localhost");
        inject.getInstance(Accounts.class).create(juliet, inject.getInstance(PasswordHasher.class).verifiers("secret"))
                .orElseThrow();
        var romeo = Jid.parse("romeo@localhost/orchard");
        message = new Message(Message.Type.CHAT, romeo, juliet, "1", "",
                Payload.of(List.of(Element.of(Stanza.CLIENT, "body").withText("Good night"))));
        inject.getInstance(AccountDirectory.class).tell(juliet, Credit.UNLIMITED, account -> {
            var session = new Session(account, juliet.withResource("balcony"), new Sink(), (_, _) -> {});
            account.add(session);
            session.available(
                    new Presence(Presence.Type.AVAILABLE, session.jid(), null, "", "", Payload.of(List.of())));
            delivered.release();
        });
        delivered.acquire();
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES) public void route() throws InterruptedException {
        for (int i = 0; i < MESSAGES; i++) router.route(message);
        delivered.acquire(MESSAGES);
    }

    @TearDown public void stop() { server.close(); }
}
