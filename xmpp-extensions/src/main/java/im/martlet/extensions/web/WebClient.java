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

/** A client for browsers, for the users of whichever host it is asked for under. */
public final class WebClient implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(WebClient.class);
    private static final String FILES = "/web/";
    private static final String CHANGES = "no-cache"; // asked for each time whether it is still the same
    private static final String STAYS = "public, max-age=31536000, immutable"; // another version has another address
    private static final List<String> OURS = List.of("start.js", "worker.js", "manifest.json");

    private final WebSettings settings;
    private final Provider<Kernel> kernel; // which reads this extension too
    private final Supplier<Registration.Settings> registration;
    private final Instant since;
    private final Optional<ConverseFiles> converse;
    private final Map<String, WebAsset> others = new HashMap<>(); // by what of their paths follows that of the route
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
            LOG.info("There is no web client: npm was not there when Martlet was built (docs/ADMIN.md)");
            return List.of();
        }
        var client = converse.get();
        return List.of(Hook.route(Route.get("/", Cors.NONE, request -> page(request, client))),
                Hook.route(Route.get(FILES, Cors.NONE, request -> file(request, client))));
    }

    private HttpReply page(Request request, ConverseFiles client) {
        if (!request.isSecure()) throw new HttpException(403, "passwords are not for the clear: use https://");
        var page = template.replace("${version}", client.version()).replace("${settings}",
                settings(request.host(), client.version()));
        return WebAsset.of("page.html", page.getBytes(StandardCharsets.UTF_8), since).answer(request, CHANGES)
                .with("Content-Security-Policy", policy())
                .with("Cross-Origin-Opener-Policy", "same-origin")
                .with("Referrer-Policy", "no-referrer");
    }

    /**
     * Nothing runs but what is in the jars; pictures, sound and films are from where people put them, who are only told
     * of by message.
     */
    private String policy() {
        return "default-src 'none'; script-src 'self'" + (settings.omemo().isPresent() ? " 'wasm-unsafe-eval'" : "")
                + "; style-src 'self' 'unsafe-inline'; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
                + "connect-src 'self' https:; img-src 'self' https: data: blob:; media-src 'self' https: data: blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    }

    /** What the script is told, as it stands in the page. */
    private String settings(String host, String version) {
        var told = new LinkedHashMap<String, Object>();
        told.put("version", version);
        told.put("host", host);
        path(WebSocketStreams.PATH).ifPresent(path -> told.put("websocket", path));
        path(Bosh.PATH).ifPresent(path -> told.put("bosh", path));
        service("conference", "text").ifPresent(label -> told.put("rooms", label + "." + host));
        service("pubsub", "push").ifPresent(label -> told.put("push", label + "." + host));
        told.put("registration", registration.get().enabled());
        told.put("omemo", settings.omemo().isPresent());
        try {
            return json.writeValueAsString(told).replace("<", "\\u003c"); // which ends no script
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
        var response = asset.answer(request, OURS.contains(name) ? CHANGES : STAYS)
                .with("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .with("Cross-Origin-Resource-Policy", "same-origin");
        return name.equals("worker.js") ? response.with("Service-Worker-Allowed", "/") : response; // it is the page's, which is above it
    }
}
