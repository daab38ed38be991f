package im.martlet.extension;

import im.martlet.stanza.Iq;
import im.martlet.xml.Element;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What one kind of address says of itself, and who answers requests there: the server, an account, a service. Immutable
 * once the {@link Kernel} is made; any thread.
 */
public final class DeclaredEntity {
    private record Question(Class<? extends Iq.Request> kind, String namespace, String name) {}

    private final Set<String> features = new LinkedHashSet<>();
    private final List<Hook.Identity> identities = new ArrayList<>();
    private final List<Function<String, Optional<Element>>> forms = new ArrayList<>();
    private final List<Function<Query, List<Element>>> items = new ArrayList<>();
    private final List<Function<Query, Optional<List<Element>>>> nodes = new ArrayList<>();
    private final List<AdHocCommand> commands = new ArrayList<>();
    private final Map<Question, Function<Query, Iq.Response>> handlers = new HashMap<>();

    DeclaredEntity() {}

    void add(Extension extension, Hook.Declaration declaration) {
        switch (declaration) {
            case Hook.Feature f -> features.add(f.var());
            case Hook.Identity i -> identities.add(i);
            case Hook.InfoForm f -> forms.add(f.form());
            case Hook.Items i -> items.add(i.items());
            case Hook.NodeInfo n -> nodes.add(n.info());
            case Hook.AdHocCommandHook(_, var command) -> {
                if (commands.stream().anyMatch(c -> c.node().equals(command.node()))) throw new IllegalStateException(
                        "two extensions offer the command " + command.node() + ", one is " + extension);
                commands.add(command);
            }
            case Hook.IqHandler h -> {
                if (handlers.put(new Question(h.kind(), h.namespace(), h.name()), h.answer()) != null)
                    throw new IllegalStateException(
                            "two extensions answer " + h.namespace() + " " + h.name() + ", one is " + extension);
            }
        }
    }

    /** These, and what they do not say themselves as others do. */
    DeclaredEntity orElse(DeclaredEntity common) {
        var both = new DeclaredEntity();
        both.features.addAll(features);
        both.features.addAll(common.features);
        both.identities.addAll(identities);
        both.forms.addAll(forms);
        both.items.addAll(items);
        both.items.addAll(common.items);
        both.nodes.addAll(nodes);
        both.nodes.addAll(common.nodes);
        both.commands.addAll(commands);
        both.commands.addAll(common.commands);
        both.handlers.putAll(common.handlers);
        both.handlers.putAll(handlers);
        return both;
    }

    /** Features that disco#info names. */
    public List<String> features() { return features.stream().sorted().toList(); }

    public List<Hook.Identity> identities() { return List.copyOf(identities); }

    /** What it can be commanded to do. */
    public List<AdHocCommand> commands() { return List.copyOf(commands); }

    /** The data forms of a domain's disco#info; those of one type are one (XEP-0128 §2). */
    public List<Element> forms(String domain) {
        var byType = new LinkedHashMap<String, Element>();
        forms.stream().flatMap(f -> f.apply(domain).stream()).forEach(form -> byType.merge(type(form), form,
                (one, more) -> one.with(more.children().stream().filter(field -> !isType(field)).toList())));
        return List.copyOf(byType.values());
    }

    private static boolean isType(Element field) {
        return field.attribute("var").filter("FORM_TYPE"::equals).isPresent();
    }

    private static String type(Element form) {
        return form.children().stream().filter(DeclaredEntity::isType).findFirst()
                .flatMap(field -> field.children().stream().findFirst()).map(Element::text).orElse("");
    }

    /** What disco#items lists. */
    public Stream<Element> items(Query query) {
        return items.stream().flatMap(i -> i.apply(query).stream());
    }

    /** What disco#info says of the node that is asked for; empty when nobody knows it. */
    public Optional<List<Element>> node(Query query) {
        return nodes.stream().flatMap(n -> n.apply(query).stream()).findFirst();
    }

    /** Who answers a request; empty when nobody does. */
    public Optional<Function<Query, Iq.Response>> handler(Iq.Request request) {
        var e = request.element();
        return Optional.ofNullable(handlers.get(new Question(request.getClass(), e.namespace(), e.name())));
    }
}
