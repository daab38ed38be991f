package im.martlet.extensions.commands;

import static im.martlet.extension.Hook.To.ACCOUNT;
import static im.martlet.extension.Hook.To.SERVER;
import static im.martlet.extension.Hook.To.SERVICE;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.martlet.address.Jid;
import im.martlet.extension.AdHocCommand;
import im.martlet.extension.AdHocCommand.Outcome;
import im.martlet.extension.DeclaredEntity;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.extension.Query;
import im.martlet.form.DataForm;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** XEP-0050: lists the commands of extensions and runs them step by step. A client may go back a step. */
@Xep(number = 4, title = "Data Forms", version = "2.13.2")
@Xep(number = 50, title = "Ad-Hoc Commands", version = "1.3.0")
public final class AdHocCommands implements Extension {
    static final String NS = Namespaces.COMMANDS;
    private static final int MOST_EXECUTIONS = 10_000;
    private static final Duration TIMEOUT = Duration.ofMinutes(10); // without a next step

    /**
     * A command that has begun and not ended.
     *
     * @param requester the address that runs the command
     * @param address the address that was asked
     * @param asked the forms that were shown; the requester fills in the last
     */
    private record Execution(Jid requester, Jid address, AdHocCommand command, List<Outcome.Ask> asked) {}

    private final Provider<Kernel> kernel; // a provider, because the kernel needs this extension first
    private final Cache<String, Execution> executions = // by session id
            Caffeine.newBuilder().maximumSize(MOST_EXECUTIONS).expireAfterWrite(TIMEOUT).build();

    @Inject AdHocCommands(Provider<Kernel> kernel) { this.kernel = kernel; }

    @Override public List<Hook> hooks() {
        return Stream.of(SERVER, ACCOUNT, SERVICE)
                .<Hook>flatMap(
                        to -> Stream.of(new Hook.Feature(to, NS), Hook.onSet(to, NS, "command", q -> command(q, to)),
                                Hook.items(to, q -> list(q, to)), Hook.nodeInfo(to, q -> info(q, to))))
                .toList();
    }

    // ---- lists of commands (§2.2)

    private Stream<AdHocCommand> commands(Query query, Hook.To to) {
        return declared(query, to).commands().stream().filter(c -> c.allowed().test(query));
    }

    private DeclaredEntity declared(Query query, Hook.To to) {
        String domain = query.iq().to().domain();
        return to == SERVICE ? kernel.get().service(domain.substring(0, domain.indexOf('.')))
                .map(Kernel.Installed::declared).orElseGet(() -> kernel.get().declared(SERVICE))
                : kernel.get().declared(to);
    }

    private List<Element> list(Query query, Hook.To to) {
        if (!node(query).equals(NS)) return List.of();
        return commands(query, to).map(c -> Element.of(Namespaces.DISCO_ITEMS, "item").with("jid", query.iq().to())
                .with("node", c.node()).with("name", c.name())).toList();
    }

    private Optional<List<Element>> info(Query query, Hook.To to) {
        if (node(query).equals(NS)) return Optional.of(List.of(identity("command-list", "Commands")));
        return commands(query, to).filter(c -> c.node().equals(node(query))).findFirst()
                .map(c -> List.of(identity("command-node", c.name()), feature(NS), feature(DataForm.NS)));
    }

    private static Element identity(String type, String name) {
        return Element.of(Namespaces.DISCO_INFO, "identity").with("category", "automation").with("type", type)
                .with("name", name);
    }

    private static Element feature(String var) { return Element.of(Namespaces.DISCO_INFO, "feature").with("var", var); }

    private static String node(Query query) { return query.element().attribute("node").orElse(""); }

    // ---- execution (§2.4, §3.4)

    private Iq.Response command(Query query, Hook.To to) {
        var session = query.element().attribute("sessionid").filter(id -> !id.isEmpty());
        var action = query.element().attribute("action").filter(a -> !a.isEmpty()).orElse("execute");
        if (!List.of("execute", "next", "complete", "prev", "cancel").contains(action))
            throw refusal("malformed-action");
        return session.isEmpty() ? begin(query, to, action) : resume(query, session.get(), action);
    }

    private Iq.Response begin(Query query, Hook.To to, String action) {
        var command = declared(query, to).commands().stream().filter(c -> c.node().equals(node(query))).findFirst()
                .orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND.plain()));
        if (!command.allowed().test(query)) throw new StanzaException(Condition.FORBIDDEN.plain());
        if (!action.equals("execute")) throw refusal("bad-action");
        return answer(query, RandomIds.next(), new Execution(query.iq().from(), query.iq().to(), command, List.of()),
                command.begin().take(query, Optional.empty()));
    }

    private Iq.Response resume(Query query, String id, String action) {
        var execution = Optional.ofNullable(executions.getIfPresent(id))
                .filter(e -> e.requester.equals(query.iq().from()) && e.address.equals(query.iq().to())
                        && e.command.node().equals(node(query)))
                .orElseThrow(() -> refusal("bad-sessionid"));
        return switch (action) {
            case "cancel" -> {
                executions.invalidate(id);
                yield query.result(status(query, id, "canceled"));
            }
            case "prev" -> {
                if (execution.asked.size() < 2) throw refusal("bad-action");
                var asked = execution.asked.subList(0, execution.asked.size() - 1);
                yield answer(query, id, new Execution(execution.requester, execution.address, execution.command,
                        asked.subList(0, asked.size() - 1)), asked.getLast());
            }
            default -> {
                var current = execution.asked.getLast();
                if (action.equals("complete") && !current.last()) throw refusal("bad-action");
                yield answer(query, id, execution, current.next().take(query, DataForm.in(query.element())));
            }
        };
    }

    private Iq.Response answer(Query query, String id, Execution execution, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Ask ask -> {
                var asked = new ArrayList<>(execution.asked);
                asked.add(ask);
                executions.put(id,
                        new Execution(execution.requester, execution.address, execution.command, List.copyOf(asked)));
                yield query.result(status(query, id, "executing").with(actions(ask, asked.size() > 1), ask.form()));
            }
            case Outcome.Done(var results, var note) -> {
                executions.invalidate(id);
                var done = status(query, id, "completed").with(results);
                yield query.result(
                        note.isEmpty() ? done : done.with(Element.of(NS, "note").with("type", "info").withText(note)));
            }
        };
    }

    private static Element status(Query query, String id, String status) {
        return Element.of(NS, "command").with("node", node(query)).with("sessionid", id).with("status", status);
    }

    /** Returns the actions that a client may take next (§3.2). */
    private static Element actions(Outcome.Ask ask, boolean mayGoBack) {
        var forward = ask.last() ? "complete" : "next";
        var actions = Element.of(NS, "actions").with("execute", forward);
        return (mayGoBack ? actions.with(Element.of(NS, "prev")) : actions).with(Element.of(NS, forward));
    }

    /** Returns a bad-request with a specific condition (§4.4). */
    private static StanzaException refusal(String specific) {
        return new StanzaException(Condition.BAD_REQUEST.plain().with(Element.of(NS, specific)));
    }
}
