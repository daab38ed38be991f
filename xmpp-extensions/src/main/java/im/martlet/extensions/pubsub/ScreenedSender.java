package im.martlet.extensions.pubsub;

import im.martlet.extension.Kernel;
import im.martlet.routing.Router;
import im.martlet.session.Account;
import im.martlet.stanza.Message;
import jakarta.inject.Inject;
import jakarta.inject.Provider;

/** Sends notifications of an account, except to contacts that the account blocks (XEP-0163 §4.3.3). */
final class ScreenedSender {

    private final Provider<Kernel> kernel; // the kernel needs the extension that sends
    private final Router router;

    @Inject ScreenedSender(Provider<Kernel> kernel, Router router) {
        this.kernel = kernel;
        this.router = router;
    }

    /** Returns whether the account's interceptors let a message out. Called on the account's mailbox. */
    boolean admits(Account account, Message message) {
        return kernel.get().passUnasked(account, message).isPresent();
    }

    void send(Account account, Message message) {
        if (admits(account, message)) router.route(message);
    }

    /** Sends a message without a check, to a recipient that was checked before. */
    void send(Message message) {
        router.route(message);
    }
}
