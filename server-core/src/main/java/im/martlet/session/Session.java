package im.martlet.session;

import im.martlet.address.Jid;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One bound resource of an account (RFC 6120 §7). Touched only on its account's mailbox. */
public final class Session extends Slots {
    private final Account account;
    private final Jid jid;
    private final Link link;
    private @Nullable Presence presence;

    public Session(Account account, Jid jid, Link link) {
        this.account = account;
        this.jid = jid;
        this.link = link;
    }

    public Account account() { return account; }

    /** The full JID. */
    public Jid jid() { return jid; }

    public Link link() { return link; }

    public void send(Stanza stanza) { link.send(StanzaWriter.bytes(stanza)); }

    /** The presence that this resource last sent to everyone; empty while it is unavailable. */
    public Optional<Presence> presence() { return Optional.ofNullable(presence); }

    public void available(Presence presence) { this.presence = presence; }

    public void unavailable() { this.presence = null; }

    public boolean isAvailable() { return presence != null; }

    /** True when messages for the bare JID may come here (RFC 6121 §8.5.2). */
    public boolean wantsMessages() { return presence != null && presence.priority() >= 0; }

    @Override public String toString() { return jid.toString(); }
}
