package im.martlet.session;

import im.martlet.storage.log.Journal;

/**
 * What caused some work: one stanza that somebody sent. Work under way has taken credit from it. What that work wants
 * written is recorded here, and written all at once when the last of it is done; only then is the stanza acknowledged.
 */
public interface StanzaTransaction extends Credit {
    /** For what the server does by itself, and nothing of which is written. */
    StanzaTransaction NONE = new StanzaTransaction() {
        @Override public void take() {}

        @Override public void giveBack() {}

        @Override public Credit sender() { return Credit.UNLIMITED; }

        @Override public void record(Journal.Write write, Runnable decided) {
            throw new IllegalStateException("nothing of this is written: " + write);
        }
    };

    /**
     * Who sent it, to take from for work that nothing is written of, and that its acknowledgement need not wait for.
     */
    Credit sender();

    /**
     * Has something written before the transaction is acknowledged. Only for who has taken from it, and not yet given
     * back.
     *
     * @param decided called when it is safe, or known never to be; must not block
     */
    void record(Journal.Write write, Runnable decided);
}
