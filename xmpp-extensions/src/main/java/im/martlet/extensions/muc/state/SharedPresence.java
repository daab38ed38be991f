package im.martlet.extensions.muc.state;

import im.martlet.stanza.Payload;

/**
 * How an occupant's presence looks to others; made once, and its bytes are shared by all who see it.
 *
 * @param guarded for who may not know their address
 * @param open for who may
 */
public record SharedPresence(Payload guarded, Payload open) {}
