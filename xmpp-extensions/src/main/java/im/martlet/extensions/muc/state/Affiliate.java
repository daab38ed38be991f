package im.martlet.extensions.muc.state;

/**
 * The lasting relation of an address to a room.
 *
 * @param affiliation the affiliation of the address
 * @param nick the nickname that is reserved for the address; empty for none
 * @param reason the reason that an admin gave for the affiliation; may be empty
 */
public record Affiliate(Affiliation affiliation, String nick, String reason) {
    public static final Affiliate NOBODY = new Affiliate(Affiliation.NONE, "", "");
}
