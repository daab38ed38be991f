package im.martlet.extension;

import im.martlet.session.Account;
import im.martlet.stanza.Stanza;

/** A stanza that a local account sends, or that has come for one. */
public record Passage(Stanza stanza, Account account, Direction direction) {
    public enum Direction { SENT, RECEIVED }
}
