package im.martlet.extensions.registration;

import static im.martlet.extension.Hook.To.OWN_ACCOUNT;
import static im.martlet.extension.Hook.To.SERVER;
import static im.martlet.extension.Hook.feature;
import static im.martlet.extension.Hook.onGet;
import static im.martlet.extension.Hook.onSet;
import static im.martlet.extension.Hook.streamFeature;
import static im.martlet.stanza.StanzaException.badRequest;

import im.martlet.account.AccountDeletion;
import im.martlet.auth.PasswordHasher;
import im.martlet.config.Default;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.session.Account;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.account.Accounts;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * XEP-0077 for sessions: changes the account's password or deletes the account. {@link SignUp} creates accounts.
 */
@Xep(number = 77, title = "In-Band Registration", version = "2.4",
        note = "accounts of this server; registration is off unless configured")
public final class Registration implements Extension {
    static final String NS = Namespaces.REGISTER;

    /**
     * The section {@code [registration]}.
     *
     * @param enabled whether anybody may create an account
     * @param perHour accounts that one IP network may create in an hour; 0 for any number
     */
    public record Settings(@Reloadable @Default("false") boolean enabled,
            @Reloadable @Default("5") @Range(min = 0) int perHour) {}

    private final Supplier<Settings> settings;
    private final Accounts accounts;
    private final PasswordHasher passwords;
    private final AccountDeletion deletion;

    @Inject Registration(Supplier<Settings> settings, Accounts accounts, PasswordHasher passwords,
            AccountDeletion deletion) {
        this.settings = settings;
        this.accounts = accounts;
        this.passwords = passwords;
        this.deletion = deletion;
    }

    @Override public List<Hook> hooks() {
        var hooks = new ArrayList<Hook>(List.of(feature(NS)));
        for (var to : List.of(SERVER, OWN_ACCOUNT)) {
            hooks.add(onGet(to, NS, "query", Registration::show));
            hooks.add(onSet(to, NS, "query", this::set));
        }
        hooks.add(streamFeature(new SignUp(settings, accounts, passwords)));
        return hooks;
    }

    private static Iq.Response show(Query query) { // §3.1.1, for a registered user
        return query.result(Element.of(NS, "query").with(Element.of(NS, "registered"),
                Element.of(NS, "username").withText(query.session().jid().local()), Element.of(NS, "password")));
    }

    private Iq.Response set(Query query) {
        var session = query.session();
        if (query.element().child("remove").isPresent()) return cancel(query, session.account());
        var username = query.element().childText("username").orElseThrow(() -> badRequest("<username/> is missing"));
        if (!session.jid()
                .equals(SignUp.address(username, session.jid().domain()).withResource(session.jid().resource())))
            throw new StanzaException(Condition.NOT_ALLOWED.because("you can change only your own password"));
        var password = query.element().childText("password").orElseThrow(() -> badRequest("<password/> is missing"));
        accounts.setVerifiers(session.account().existingKey(), SignUp.verifiers(passwords, password));
        return query.result();
    }

    /** Deletes the account (§3.2). The answer goes out first, then every session ends. */
    private Iq.Response cancel(Query query, Account account) {
        if (query.element().children().size() != 1) throw badRequest("<remove/> must be the only child of <query/>");
        deletion.delete(account);
        return query.result();
    }
}
