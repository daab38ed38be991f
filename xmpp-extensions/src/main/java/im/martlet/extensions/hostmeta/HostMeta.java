package im.martlet.extensions.hostmeta;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import im.martlet.config.Default;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.http.Cors;
import im.martlet.http.HttpReply;
import im.martlet.http.PublicUrls;
import im.martlet.http.Request;
import im.martlet.http.Response;
import im.martlet.http.Route;
import im.martlet.net.DirectTlsPorts;
import im.martlet.spec.Xep;
import im.martlet.xml.Element;
import im.martlet.xml.XmlWriter;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * XEP-0156: publishes where a host has WebSocket and BOSH. With configured addresses it also publishes all other
 * connection methods (XEP-0487).
 */
@Xep(number = 156, title = "Discovering Alternative XMPP Connection Methods", version = "1.4.0")
@Xep(number = 487, title = "Host Meta 2 - One Method To Rule Them All", version = "0.1.0",
        note = "when the server's addresses are configured; no pinned keys, no ECH")
public final class HostMeta implements Extension {
    /**
     * The section {@code [host_meta]}.
     *
     * @param addresses public IP addresses of the server; none for XEP-0156 only
     * @param ttl time for which clients may cache the document
     */
    public record Settings(@Reloadable @Default("[]") List<String> addresses,
            @Reloadable @Default("\"1h\"") @Range(min = 60) Duration ttl) {}

    private static final String XRD = "http://docs.oasis-open.org/ns/xri/xrd-1.0";
    private static final String METHOD = "urn:xmpp:alt-connections:";
    /** The path of each connection method. */
    private static final Map<String, String> PATHS = Map.of("websocket", "/xmpp-websocket", "xbosh", "/http-bind");

    private final Provider<Kernel> kernel; // a provider, because the kernel needs this extension first
    private final PublicUrls urls;
    private final DirectTlsPorts ports;
    private final Supplier<Settings> settings;
    private final ObjectMapper json = new ObjectMapper();

    @Inject HostMeta(Provider<Kernel> kernel, PublicUrls urls, DirectTlsPorts ports, Supplier<Settings> settings) {
        this.kernel = kernel;
        this.urls = urls;
        this.ports = ports;
        this.settings = settings;
    }

    @Override public List<Hook> hooks() {
        return List.of(Hook.route(Route.get("/.well-known/host-meta", Cors.ANYBODY, this::xrd)),
                Hook.route(Route.get("/.well-known/host-meta.json", Cors.ANYBODY, this::jrd)));
    }

    /** Returns the URL of each installed connection method, by its name. */
    private Map<String, String> web(String host) {
        var links = new LinkedHashMap<String, String>();
        for (String method : List.of("websocket", "xbosh")) {
            var path = java.util.Objects.requireNonNull(PATHS.get(method));
            if (kernel.get().routes().stream().anyMatch(route -> route.path().equals(path)))
                links.put(METHOD + method,
                        (method.equals("websocket") ? urls.ofWebSockets(host) : urls.of(host)) + path);
        }
        return links;
    }

    private HttpReply xrd(Request request) {
        var links = web(request.host()).entrySet().stream()
                .map(link -> Element.of(XRD, "Link").with("rel", link.getKey()).with("href", link.getValue())).toList();
        return Response.of("application/xrd+xml", new XmlWriter().raw("<?xml version='1.0' encoding='utf-8'?>\n")
                .element(Element.of(XRD, "XRD").with(links), "").toBytes());
    }

    private HttpReply jrd(Request request) {
        var now = settings.get();
        var document = new LinkedHashMap<String, Object>();
        var links = new ArrayList<Map<String, Object>>();
        boolean all = !now.addresses().isEmpty();
        if (all) document.put("xmpp", Map.of("ttl", now.ttl().toSeconds()));
        document.put("links", links);
        var host = request.host();
        if (all) {
            ports.clients().forEach(port -> links.add(link("tls", "port", port, host, 10, now)));
            ports.servers().forEach(port -> links.add(link("s2s-tls", "port", port, host, 10, now)));
        }
        web(host).forEach((rel, href) -> links
                .add(all ? link(rel.substring(METHOD.length()), "href", href, urls.of(host).getHost(), 20, now)
                        : Map.of("rel", rel, "href", href)));
        try {
            return Response.of("application/json", json.writeValueAsBytes(document));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a link with the fields of XEP-0487 §2.1. */
    private static Map<String, Object> link(String method, String where, Object value, String name, int priority,
            Settings settings) {
        var link = new LinkedHashMap<String, Object>();
        link.put("rel", METHOD + method);
        link.put(where, value);
        link.put("ips", settings.addresses());
        link.put("priority", priority);
        link.put("weight", 50);
        link.put("sni", name);
        return link;
    }
}
