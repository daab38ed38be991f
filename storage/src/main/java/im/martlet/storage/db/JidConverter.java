package im.martlet.storage.db;

import im.martlet.address.Jid;
import org.jooq.impl.AbstractConverter;
import org.jspecify.annotations.Nullable;

/** Converts addresses to the text in the database, and back. Used by generated code. */
public final class JidConverter extends AbstractConverter<String, Jid> {
    private static final long serialVersionUID = 1;

    public JidConverter() { super(String.class, Jid.class); }

    @Override public @Nullable Jid from(@Nullable String text) { return text == null ? null : Jid.parse(text); }

    @Override public @Nullable String to(@Nullable Jid jid) { return jid == null ? null : jid.toString(); }
}
