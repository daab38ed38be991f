package im.martlet.extensions.pubsub;

import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.Kernel;
import im.martlet.extension.Verdict;
import im.martlet.routing.Router;
import im.martlet.session.Account;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Message;
import jakarta.inject.Inject;
import jakarta.inject.Provider;

/** Sends what the server says for an account, unless the account has blocked whom it is for (XEP-0163 §4.3.3). */
final class ScreenedSender {
    private final Provider<Kernel> kernel; // which lists the extension that sends
    private final Router router;

    @Inject ScreenedSender(Provider<Kernel> kernel, Router router) {
        this.kernel = kernel;
        this.router = router;
    }

    /** Whether a message may go out; on the account's mailbox. */
    boolean admits(Account account, Message message) {
        return switch (kernel.get().judge(
                new InterceptedStanza(message, account, InterceptedStanza.Direction.SENT, StanzaTransaction.NONE))) {
            case Verdict.Pass _, Verdict.Change _ -> true;
            case Verdict.Drop _, Verdict.Bounce _ -> false;
        };
    }

    void send(Account account, Message message) {
        if (admits(account, message)) router.route(message);
    }

    /** For who may have it: nobody is asked any more. */
    void send(Message message) { router.route(message); }
}
