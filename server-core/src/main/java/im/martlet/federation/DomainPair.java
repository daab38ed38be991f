package im.martlet.federation;

/**
 * Two domains that talk to each other, prepared.
 *
 * @param local ours
 * @param remote theirs
 */
public record DomainPair(String local, String remote) {
    @Override public String toString() { return local + " to " + remote; }
}
