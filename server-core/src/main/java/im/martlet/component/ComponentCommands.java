package im.martlet.component;

import static im.martlet.extension.Hook.adminCommand;

import im.martlet.extension.AdminCommand;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.extension.Xep;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Components, as users find them and as an admin sees them. */
@Xep(number = 114, title = "Jabber Component Protocol", version = "1.6",
        note = "as the server that components connect to")
final class ComponentCommands implements Extension {

    private final Components components;

    @Inject ComponentCommands(Components components) { this.components = components; }

    @Override public List<Hook> hooks() {
        return List.of(
                Hook.items(Hook.To.SERVER, this::items),
                adminCommand(AdminCommand.of("component list",
                        "Lists the components that are configured, and their connections", List.of(),
                        _ -> components.domains().stream().sorted().map(this::row).toList())));
    }

    /** XEP-0030 §4.1: those below the host. */
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
        row.put("connections", component.connections().size());
        row.put("addresses",
                String.join(", ",
                        component.connections().stream().map(c -> c.wire().remote().getAddress().getHostAddress()
                                + (c.wire().isSecure() ? " (" + c.wire().tls() + ")" : "")).toList()));
        row.put("since",
                component.connections().stream().map(c -> c.wire().since().toString()).sorted().findFirst().orElse(""));
        row.put("waiting", component.waiting());
        return row;
    }
}
