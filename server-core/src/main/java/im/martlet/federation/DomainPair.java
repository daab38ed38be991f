package im.martlet.federation;

/**
 * A local and a remote domain that exchange stanzas, both prepared.
 *
 * @param local domain of this server
 * @param remote domain of the remote server
 */
public record DomainPair(String local, String remote) {
    @Override public String toString() { return local + " to " + remote; }
}
