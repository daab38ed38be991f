package im.martlet.extensions.muc.state;

/**
 * What is lastingly known of somebody.
 *
 * @param nick that is theirs in the room; empty when none is
 * @param reason why, as an admin said; may be empty
 */
public record Affiliate(Affiliation affiliation, String nick, String reason) {
    public static final Affiliate NOBODY = new Affiliate(Affiliation.NONE, "", "");
}
