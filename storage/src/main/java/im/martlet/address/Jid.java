package im.martlet.address;

/**
 * An XMPP address (RFC 7622), always valid and in its prepared form. Two addresses are the same exactly when they are
 * {@link #equals}. Immutable; there is no half-parsed Jid.
 */
public final class Jid implements Comparable<Jid> {
    private final String local;
    private final String domain;
    private final String resource;
    private final String text;

    private Jid(String local, String domain, String resource) {
        this.local = local;
        this.domain = domain;
        this.resource = resource;
        var bare = local.isEmpty() ? domain : local + "@" + domain;
        this.text = resource.isEmpty() ? bare : bare + "/" + resource;
    }

    /**
     * Reads and prepares an address.
     *
     * @throws JidException if RFC 7622 does not allow the text
     */
    public static Jid parse(String text) {
        int slash = text.indexOf('/');
        String resource = slash < 0 ? "" : text.substring(slash + 1);
        String bare = slash < 0 ? text : text.substring(0, slash);
        int at = bare.indexOf('@');
        if (slash == text.length() - 1) throw new JidException("the resource is empty");
        if (at == 0) throw new JidException("the localpart is empty");
        return of(at < 0 ? "" : bare.substring(0, at), bare.substring(at + 1), resource);
    }

    /** Makes an address from its parts and prepares each; {@code local} and {@code resource} are empty when absent. */
    public static Jid of(String local, String domain, String resource) {
        return new Jid(Preparation.local(local), Preparation.domain(domain), Preparation.resource(resource));
    }

    /** Returns the localpart, empty for a domain. */
    public String local() { return local; }

    /** Returns the domainpart, never empty. */
    public String domain() { return domain; }

    /** Returns the resourcepart, empty for a bare address. */
    public String resource() { return resource; }

    public boolean hasLocal() { return !local.isEmpty(); }

    public boolean isBare() { return resource.isEmpty(); }

    public boolean isFull() { return !resource.isEmpty(); }

    /** Returns the address without its resource. */
    public Jid bare() {
        return isBare() ? this : new Jid(local, domain, "");
    }

    /** Returns the domain alone. */
    public Jid host() {
        return local.isEmpty() && resource.isEmpty() ? this : new Jid("", domain, "");
    }

    /**
     * Returns this bare address with a resource, which is prepared first.
     *
     * @throws JidException if RFC 7622 does not allow the resource
     */
    public Jid withResource(String resource) {
        return of(local, domain, resource);
    }

    @Override public boolean equals(Object o) { return o instanceof Jid other && text.equals(other.text); }

    @Override public int hashCode() { return text.hashCode(); }

    @Override public int compareTo(Jid other) { return text.compareTo(other.text); }

    @Override public String toString() { return text; }
}
