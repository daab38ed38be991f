package im.martlet.session;

/**
 * What a sender may have under way. Work that waits in a mailbox has taken credit from whoever caused it, and gives it
 * back when it is done; a connection that has none left stops reading. So no queue grows without bound.
 */
public interface Credit {
    /** For the server's own work, which is bounded by what caused it. */
    Credit UNLIMITED = new Credit() {
        @Override public void take() {}

        @Override public void giveBack() {}
    };

    void take();

    void giveBack();
}
