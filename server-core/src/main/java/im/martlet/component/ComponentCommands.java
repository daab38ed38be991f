package im.martlet.component;

import static im.martlet.extension.Hook.adminCommand;

import im.martlet.extension.AdminCommand;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists the components: in the service discovery of their host, and for admins. */
final class ComponentCommands implements Extension {
    private final Components components;

    @Inject ComponentCommands(Components components) { this.components = components; }

    @Override public List<Hook> hooks() {
        return List.of(
                Hook.items(Hook.To.SERVER, this::items),
                adminCommand(AdminCommand.of("component list",
                        "Lists the configured components and their connections", List.of(),
                        _ -> components.domains().stream().sorted().map(this::row).toList())));
    }

    /** Lists the components below the host (XEP-0030 §4.1). */
    private List<Element> items(Query query) {
        if (query.element().attribute("node").isPresent()) return List.of();
        var below = "." + query.iq().to().domain();
        return components.domains().stream().filter(domain -> domain.endsWith(below)).sorted().map(domain -> {
            var item = Element.of(Namespaces.DISCO_ITEMS, "item").with("jid", domain);
            return components.settings(domain).flatMap(ComponentSettings::name).map(name -> item.with("name", name))
                    .orElse(item);
        }).toList();
    }

    private Map<String, Object> row(String domain) {
        var component = components.component(domain);
        var row = new LinkedHashMap<String, Object>();
        row.put("component", domain);
        row.put("connections", component.streams().size());
        row.put("addresses",
                String.join(", ",
                        component.streams().stream().map(c -> c.connection().remote().getAddress().getHostAddress()
                                + (c.connection().isSecure() ? " (" + c.connection().tls() + ")" : "")).toList()));
        row.put("since",
                component.streams().stream().map(c -> c.connection().since().toString()).sorted().findFirst()
                        .orElse(""));
        row.put("waiting", component.waiting());
        return row;
    }
}
