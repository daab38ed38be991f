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
 * The features, identities, items and handlers of one kind of address: server, account or service (XEP-0030). Immutable
 * once the {@link Kernel} is complete; any thread.
 */
public final class DeclaredEntity {
    private record RequestKey(Class<? extends Iq.Request> kind, String namespace, String name) {}

    private final Set<String> features = new LinkedHashSet<>();
    private final List<Hook.Identity> identities = new ArrayList<>();
    private final List<Function<String, Optional<Element>>> forms = new ArrayList<>();
    private final List<Function<Query, List<Element>>> items = new ArrayList<>();
    private final List<Function<Query, Optional<List<Element>>>> nodes = new ArrayList<>();
    private final List<AdHocCommand> commands = new ArrayList<>();
    private final Map<RequestKey, Function<Query, Iq.Response>> handlers = new HashMap<>();

    DeclaredEntity() {}

    void add(Extension extension, Hook.Declaration declaration) {
        switch (declaration) {
            case Hook.Feature f -> features.add(f.var());
            case Hook.Identity i -> identities.add(i);
            case Hook.InfoForm f -> forms.add(f.form());
            case Hook.Items i -> items.add(i.items());
            case Hook.NodeInfo n -> nodes.add(n.info());
            case Hook.AdHocCommandHook(_, var command) -> {
                if (commands.stream().anyMatch(c -> c.node().equals(command.node())))
                    throw Kernel.twice("offer the command " + command.node(), extension);
                commands.add(command);
            }
            case Hook.IqHandler h -> {
                if (handlers.put(new RequestKey(h.kind(), h.namespace(), h.name()), h.answer()) != null)
                    throw Kernel.twice("answer " + h.namespace() + " " + h.name(), extension);
            }
        }
    }

    /** Returns an entity with these declarations and the common ones. A handler here wins over a common one. */
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

    /** Returns the features for disco#info, sorted. */
    public List<String> features() {
        return features.stream().sorted().toList();
    }

    public List<Hook.Identity> identities() { return List.copyOf(identities); }

    /** Returns the ad-hoc commands (XEP-0050). */
    public List<AdHocCommand> commands() { return List.copyOf(commands); }

    /** Returns the data forms for a domain's disco#info. Forms of the same type are merged (XEP-0128 §2). */
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

    /** Returns the items for disco#items. */
    public Stream<Element> items(Query query) {
        return items.stream().flatMap(i -> i.apply(query).stream());
    }

    /** Returns the disco#info of the requested node; empty if no extension knows the node. */
    public Optional<List<Element>> node(Query query) {
        return nodes.stream().flatMap(n -> n.apply(query).stream()).findFirst();
    }

    /** Returns the handler of a request; empty if there is none. */
    public Optional<Function<Query, Iq.Response>> handler(Iq.Request request) {
        var e = request.element();
        return Optional.ofNullable(handlers.get(new RequestKey(request.getClass(), e.namespace(), e.name())));
    }
}
