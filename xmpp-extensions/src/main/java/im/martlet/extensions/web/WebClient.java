package im.martlet.extensions.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.extensions.bosh.Bosh;
import im.martlet.extensions.registration.Registration;
import im.martlet.http.Cors;
import im.martlet.http.HttpException;
import im.martlet.http.HttpReply;
import im.martlet.http.Request;
import im.martlet.http.Route;
import im.martlet.websocket.WebSocketStreams;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves a web client at "/", for users of the host in the URL. */
public final class WebClient implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(WebClient.class);
    private static final String FILES = "/web/";
    private static final String REVALIDATE = "no-cache"; // a browser asks each time whether the file changed
    private static final String IMMUTABLE = "public, max-age=31536000, immutable"; // each version has its own URL
    private static final List<String> OURS = List.of("start.js", "worker.js", "manifest.json");

    private final WebSettings settings;
    private final Provider<Kernel> kernel; // a provider, because the kernel needs this extension first
    private final Supplier<Registration.Settings> registration;
    private final Instant since;
    private final Optional<ConverseFiles> converse;
    private final Map<String, WebAsset> others = new HashMap<>(); // by the path behind that of the route
    private final String template;
    private final ObjectMapper json = new ObjectMapper();

    @Inject WebClient(WebSettings settings, Provider<Kernel> kernel, Supplier<Registration.Settings> registration,
            InstantSource clock) throws IOException {
        this.since = clock.instant();
        this.converse = ConverseFiles.installed(since);
        this.settings = settings;
        this.kernel = kernel;
        this.registration = registration;
        this.template = new String(own("page.html"), StandardCharsets.UTF_8);
        for (String name : OURS) others.put(name, WebAsset.of(name, own(name), since));
        if (converse.isPresent() && settings.omemo().isPresent()) for (String name : WebSettings.OMEMO_FILES)
            others.put(converse.get().version() + "/" + name,
                    WebAsset.of(name, Files.readAllBytes(settings.omemo().get().resolve(name)), since));
    }

    private static byte[] own(String name) {
        return ConverseFiles.resource("/im/martlet/extensions/web/" + name).orElseThrow();
    }

    @Override public List<Hook> hooks() {
        if (!settings.enabled()) return List.of();
        if (converse.isEmpty()) {
            LOG.info("There is no web client: Martlet was built without npm (docs/ADMIN.md)");
            return List.of();
        }
        var client = converse.get();
        return List.of(Hook.route(Route.get("/", Cors.NONE, request -> page(request, client))),
                Hook.route(Route.get(FILES, Cors.NONE, request -> file(request, client))));
    }

    private HttpReply page(Request request, ConverseFiles client) {
        if (!request.isSecure()) throw new HttpException(403, "the web client sends passwords and needs https://");
        var page = template.replace("${version}", client.version()).replace("${settings}",
                settings(request.host(), client.version()));
        return WebAsset.of("page.html", page.getBytes(StandardCharsets.UTF_8), since).answer(request, REVALIDATE)
                .with("Content-Security-Policy", policy())
                .with("Cross-Origin-Opener-Policy", "same-origin")
                .with("Referrer-Policy", "no-referrer");
    }

    /**
     * Returns a policy that runs only scripts from the jars. Pictures, sound and films may come from any server,
     * because messages link to them.
     */
    private String policy() {
        return "default-src 'none'; script-src 'self'" + (settings.omemo().isPresent() ? " 'wasm-unsafe-eval'" : "")
                + "; style-src 'self' 'unsafe-inline'; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
                + "connect-src 'self' https:; img-src 'self' https: data: blob:; media-src 'self' https: data: blob:; "
                + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    }

    /** Returns the settings of the start script, as JSON for the page. */
    private String settings(String host, String version) {
        var settings = new LinkedHashMap<String, Object>();
        settings.put("version", version);
        settings.put("host", host);
        path(WebSocketStreams.PATH).ifPresent(path -> settings.put("websocket", path));
        path(Bosh.PATH).ifPresent(path -> settings.put("bosh", path));
        service("conference", "text").ifPresent(label -> settings.put("rooms", label + "." + host));
        service("pubsub", "push").ifPresent(label -> settings.put("push", label + "." + host));
        settings.put("registration", registration.get().enabled());
        settings.put("omemo", this.settings.omemo().isPresent());
        try {
            return json.writeValueAsString(settings).replace("<", "\\u003c"); // so no value can end the script element
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<String> path(String path) {
        return kernel.get().routes().stream().map(Route::path).filter(path::equals).findFirst();
    }

    private Optional<String> service(String category, String type) {
        return kernel.get().services().stream().map(Kernel.Installed::service)
                .filter(s -> s.declarations().stream().anyMatch(
                        d -> d instanceof Hook.Identity i && i.category().equals(category) && i.type().equals(type)))
                .map(Hook.Service::label).findFirst();
    }

    private HttpReply file(Request request, ConverseFiles client) {
        var name = request.rest();
        var ours = Optional.ofNullable(others.get(name));
        var asset = ours.or(() -> client.file(name)).orElseThrow(() -> new HttpException(404, "there is no such file"));
        var response = asset.answer(request, OURS.contains(name) ? REVALIDATE : IMMUTABLE)
                .with("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .with("Cross-Origin-Resource-Policy", "same-origin");
        // the worker's page is above its folder
        return name.equals("worker.js") ? response.with("Service-Worker-Allowed", "/") : response;
    }
}
