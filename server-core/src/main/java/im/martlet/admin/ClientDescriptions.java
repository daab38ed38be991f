package im.martlet.admin;

import im.martlet.storage.account.LoginTokens.Client;

/** How clients are shown to an admin. */
final class ClientDescriptions {
    private ClientDescriptions() {}

    /** "Software on Device", as far as the client says; empty when it does not. */
    static String named(Client client) {
        if (client.software().isEmpty() || client.device().isEmpty()) return client.software() + client.device();
        return client.software() + " on " + client.device();
    }
}
