package im.martlet.session;

import im.martlet.storage.log.Journal;

/**
 * All work and all writes that one stanza causes. Work under way has taken credit from the transaction. Each piece of
 * work records its writes here. They are submitted as one unit when the last piece of work is done, and the stanza is
 * acknowledged only after that unit is committed.
 */
public interface StanzaTransaction extends Credit {
    /** For work that the server starts itself and that writes nothing. */
    StanzaTransaction NONE = new StanzaTransaction() {
        @Override public void take() {}

        @Override public void giveBack() {}

        @Override public Credit sender() { return Credit.UNLIMITED; }

        @Override public void record(Journal.Write write, Runnable decided) {
            throw new IllegalStateException("work without a transaction must not write: " + write);
        }
    };

    /**
     * Returns the credit of the sender. Work takes it instead of the transaction if it writes nothing and must not
     * delay the acknowledgement.
     */
    Credit sender();

    /**
     * Records a write that must be committed before the stanza is acknowledged. The caller must have taken credit from
     * the transaction, and not yet given it back.
     *
     * @param decided called when the write is committed, or is known to be lost; must not block
     */
    void record(Journal.Write write, Runnable decided);
}
