package im.martlet.extensions.registration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.auth.PasswordHasher;
import im.martlet.negotiation.Step;
import im.martlet.negotiation.StreamFeature;
import im.martlet.negotiation.StreamState;
import im.martlet.net.Network;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.db.StorageException;
import im.martlet.xml.Element;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** XEP-0077 on an unauthenticated stream: lets a client create an account, over TLS only. */
final class SignUp implements StreamFeature {
    private static final String FEATURE = "http://jabber.org/features/iq-register";

    private final Supplier<Registration.Settings> settings;
    private final Accounts accounts;
    private final PasswordHasher passwords;
    private final Cache<Network, AtomicInteger> recent =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofHours(1)).build();

    SignUp(Supplier<Registration.Settings> settings, Accounts accounts, PasswordHasher passwords) {
        this.settings = settings;
        this.accounts = accounts;
        this.passwords = passwords;
    }

    @Override public List<Element> offer(StreamState state) {
        return settings.get().enabled() && state.channel().secure() && !state.isAuthenticated()
                ? List.of(Element.of(FEATURE, "register")) : List.of();
    }

    @Override public boolean accepts(Element request) {
        return request.is(Stanza.CLIENT, "iq") && request.child(Registration.NS, "query").isPresent();
    }

    @Override public Step negotiate(Element iq, StreamState state) {
        var query = iq.child(Registration.NS, "query").orElseThrow();
        try {
            if (!settings.get().enabled()) throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain()); // §3.1.1
            if (!state.channel().secure() || state.isAuthenticated())
                throw new StanzaException(Condition.NOT_ALLOWED.plain());
            return switch (iq.attribute("type").orElse("")) {
                case "get" -> new Step.Reply(answer(iq, "result").with(form()), state);
                case "set" -> {
                    create(query, state);
                    yield new Step.Reply(answer(iq, "result"), state);
                }
                default -> throw StanzaException.badRequest("a registration request needs the type 'get' or 'set'");
            };
        } catch (StanzaException e) {
            return new Step.Reply(answer(iq, "error").with(e.error().toElement()), state);
        } catch (StorageException e) {
            return new Step.Reply(answer(iq, "error").with(Condition.INTERNAL_SERVER_ERROR.plain().toElement()), state);
        }
    }

    private static Element answer(Element iq, String type) {
        return Element.of(Stanza.CLIENT, "iq").with("type", type).with("id", iq.attribute("id").orElse(""));
    }

    private static Element form() {
        return Element.of(Registration.NS, "query").with(
                Element.of(Registration.NS, "instructions").withText("Choose a name and a password."),
                Element.of(Registration.NS, "username"), Element.of(Registration.NS, "password"));
    }

    private void create(Element query, StreamState state) {
        var username = query.childText("username").filter(text -> !text.isEmpty());
        var password = query.childText("password").filter(text -> !text.isEmpty());
        if (username.isEmpty() || password.isEmpty()) // §3.1.1
            throw new StanzaException(Condition.NOT_ACCEPTABLE.because("registration needs a name and a password"));
        var address = address(username.get(), state.host());
        var verifiers = verifiers(passwords, password.get());
        var count = recent.get(new Network(state.channel().remote()), _ -> new AtomicInteger());
        int perHour = settings.get().perHour();
        if (perHour > 0 && count.incrementAndGet() > perHour)
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT
                    .because("too many new accounts from this address; try again in an hour"));
        if (accounts.create(address, verifiers).isEmpty())
            throw new StanzaException(Condition.CONFLICT.because("another account has this name already"));
    }

    static Jid address(String username, String host) {
        try {
            var address = Jid.of(username, host, "");
            if (address.hasLocal()) return address;
        } catch (JidException e) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE.because("this is not a valid name: " + e.getMessage()));
        }
        throw new StanzaException(Condition.NOT_ACCEPTABLE.because("registration needs a name"));
    }

    static List<Accounts.Verifier> verifiers(PasswordHasher passwords, String password) {
        try {
            return passwords.verifiers(password);
        } catch (IllegalArgumentException e) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE.because(String.valueOf(e.getMessage())));
        }
    }
}
