package im.martlet.extension;

import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.stanza.Stanza;
import java.util.List;

/** A stanza that has gone its way, and the sessions of the account that have seen it: sent it, or were given it. */
public record Delivery(Stanza stanza, Account account, Passage.Direction direction, List<Session> reached) {}
