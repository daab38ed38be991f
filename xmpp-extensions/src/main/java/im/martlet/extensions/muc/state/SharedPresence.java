package im.martlet.extensions.muc.state;

import im.martlet.stanza.Payload;

/**
 * The presence of an occupant as the others see it. It is made once, and all viewers share its bytes.
 *
 * @param guarded for viewers that may not see the occupant's real address
 * @param open for viewers that may see the occupant's real address
 */
public record SharedPresence(Payload guarded, Payload open) {}
