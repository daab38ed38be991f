package im.martlet.extensions.pubsub;

import im.martlet.session.Account;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.function.Supplier;

/** Creates the {@link PubSubHost} of an account. */
@Singleton
final class AccountHosts {
    private final Set<NodeDefaults> profiles;
    private final Provider<Set<NodeMirror>> mirrors; // mirrors need Pep, and Pep needs this class
    private final Supplier<PubSubSettings> settings;
    private final PepRecipients recipients;

    @Inject AccountHosts(Set<NodeDefaults> profiles, Provider<Set<NodeMirror>> mirrors,
            Supplier<PubSubSettings> settings, PepRecipients recipients) {
        this.profiles = profiles;
        this.mirrors = mirrors;
        this.settings = settings;
        this.recipients = recipients;
    }

    PubSubHost of(Account account) { return new AccountHost(account, settings.get(), profiles, mirrors, recipients); }
}
