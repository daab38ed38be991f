package im.martlet.session;

/**
 * The permission of a sender to have work under way. A task in a mailbox takes credit from the sender that caused it,
 * and gives it back when it is done. The server stops reading from a connection without credit, so no queue grows
 * without bound.
 */
public interface Credit {
    /** For work of the server itself. Its cause bounds it. */
    Credit UNLIMITED = new Credit() {
        @Override public void take() {}

        @Override public void giveBack() {}
    };

    void take();

    void giveBack();
}
