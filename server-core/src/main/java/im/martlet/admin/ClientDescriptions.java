package im.martlet.admin;

import im.martlet.storage.account.LoginTokens.Client;

/** Describes clients to an admin. */
final class ClientDescriptions {
    private ClientDescriptions() {}

    /** Returns "Software on Device", or the part of it that the client has told; empty if it has told neither. */
    static String named(Client client) {
        if (client.software().isEmpty() || client.device().isEmpty()) return client.software() + client.device();
        return client.software() + " on " + client.device();
    }
}
