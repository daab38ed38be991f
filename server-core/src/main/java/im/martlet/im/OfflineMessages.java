package im.martlet.im;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.SessionEvent;
import im.martlet.spec.Xep;
import jakarta.inject.Inject;
import java.util.List;

/**
 * Offline messages (XEP-0160): a message that arrives while no session wants messages waits for the first session that
 * wants them. There is no separate store. The waiting messages are the part of the account log after the delivered
 * mark.
 *
 * <p>A client that queries its archive before it sends presence reads that part there, and does not get it again
 * (XEP-0313 §6.1.1). It only gets entries that are not archived. The server recognizes such a client by its first
 * query: that query is unfiltered and covers everything from the delivered mark, or from an earlier id. It may go in
 * either direction; the client decides whether to request further pages. A client that sends presence first gets the
 * waiting messages at once, because the server cannot know that a query will follow. Such a client recognizes messages
 * that it reads twice by the stanza id (XEP-0359).
 */
@Xep(number = 160, title = "Best Practices for Handling Offline Messages", version = "1.0.1")
public final class OfflineMessages implements Extension {
    private final CatchUp catchUp;

    @Inject OfflineMessages(CatchUp catchUp) {
        this.catchUp = catchUp;
    }

    @Override public List<Hook> hooks() {
        return List.of(Hook.feature("msgoffline"), Hook.onSession(event -> {
            if (event instanceof SessionEvent.ReadyForMessages(var session)) catchUp.start(session);
        }));
    }
}
