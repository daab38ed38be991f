package im.martlet.conformance.harness;

import java.io.IOException;

/** The transport of a client's stream. */
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

    /** Connects a client and logs it in, without binding a resource. */
    public Client authenticate(LocalServer server, im.martlet.address.Jid account) throws Exception {
        return connect(server).open(account.domain()).login(account, LocalServer.PASSWORD);
    }
}
