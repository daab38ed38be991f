package im.martlet.conformance.harness;

import java.io.IOException;

/** What a client's stream is carried by. */
public enum StreamTransport {
    TCP {
        public @Override Client connect(LocalServer server) throws IOException { return server.connect(); }

        public @Override Client authenticate(LocalServer server, im.martlet.address.Jid account) throws Exception {
            return server.authenticate(account);
        }
    },
    WEBSOCKET {
        public @Override Client connect(LocalServer server) throws IOException {
            return new Client(WebSocketBridge.to(server));
        }
    },
    BOSH {
        public @Override Client connect(LocalServer server) throws IOException {
            return new Client(BoshBridge.to(server));
        }
    };

    abstract Client connect(LocalServer server) throws IOException;

    /** A client that has logged in, and bound no resource. */
    public Client authenticate(LocalServer server, im.martlet.address.Jid account) throws Exception {
        return connect(server).open(account.domain()).login(account, LocalServer.PASSWORD);
    }
}
