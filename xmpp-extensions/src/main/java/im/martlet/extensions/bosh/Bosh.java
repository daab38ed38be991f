package im.martlet.extensions.bosh;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.http.AllowedOrigins;
import im.martlet.http.Cors;
import im.martlet.http.HttpReply;
import im.martlet.http.Request;
import im.martlet.http.Response;
import im.martlet.http.Route;
import im.martlet.http.Route.Front;
import im.martlet.spec.Xep;
import im.martlet.stream.StreamLimits;
import im.martlet.xml.ElementParser;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** XEP-0124 and XEP-0206: serves clients that can only send HTTP requests. */
@Xep(number = 124, title = "Bidirectional-streams Over Synchronous HTTP (BOSH)", version = "1.11.2",
        note = "one stream for each session (§16 is optional); no reports of lost answers; answers are always "
                + "text/xml, because with a type that the client chooses, a browser could show an answer as a page")
@Xep(number = 206, title = "XMPP Over BOSH", version = "1.4")
public final class Bosh implements Extension {
    public static final String PATH = "/http-bind";
    private static final int MOST_STANZAS = 4; // of the largest size, in one request
    private static final Pattern SID = Pattern.compile("\\ssid\\s*=\\s*['\"]([\\w-]{1,64})['\"]");
    private static final Map<String, Integer> LEGACY =
            Map.of("bad-request", 400, "policy-violation", 403, "item-not-found", 404); // §17.1

    private final BoshSessions sessions;
    private final Provider<StreamLimits> limits;
    private final AllowedOrigins origins;
    private final Supplier<BoshSettings> settings;
    private final ElementParser parser = new ElementParser();

    @Inject Bosh(BoshSessions sessions, Provider<StreamLimits> limits, AllowedOrigins origins,
            Supplier<BoshSettings> settings) {
        this.sessions = sessions;
        this.limits = limits;
        this.origins = origins;
        this.settings = settings;
    }

    @Override public List<Hook> hooks() {
        if (!settings.get().enabled()) return List.of();
        var route = new Route(Front.PUBLIC, PATH, Set.of("POST"), Cors.ANYBODY,
                (long) MOST_STANZAS * limits.get().after().xml().bytes(), this::answer);
        return List.of(Hook.route(route), new Hook.Background(sessions::start, sessions::stop));
    }

    /** Reads the size that an unauthenticated client may send, and more only for an authenticated session. */
    private HttpReply answer(Request request) throws IOException, InterruptedException {
        origins.check(request, settings.get().origins());
        int small = 2 * limits.get().before().xml().bytes();
        try (var body = request.body()) {
            var first = body.readNBytes(small);
            if (first.length < small) return answer(request, first);
            var session = session(first).filter(BoshSession::beginLarge);
            if (session.isEmpty()) return respond(BodyElement.terminal("policy-violation"));
            try {
                var all = new ByteArrayOutputStream(2 * small);
                all.writeBytes(first);
                body.transferTo(all);
                return answer(request, all.toByteArray());
            } finally {
                session.get().endLarge();
            }
        }
    }

    /** Returns the session of a request, from the first bytes of the request. */
    private Optional<BoshSession> session(byte[] first) {
        var sid = SID.matcher(new String(first, 0, Math.min(first.length, 1024), StandardCharsets.UTF_8));
        return sid.find() ? sessions.of(sid.group(1)) : Optional.empty();
    }

    private HttpReply answer(Request request, byte[] body) throws InterruptedException {
        var wrapper = BodyElement.read(body, parser, limits.get().after().xml());
        if (wrapper.isEmpty()) return respond(BodyElement.terminal("bad-request"));
        var asked = wrapper.get();
        if (asked.attribute("sid").isEmpty()) return begin(request, asked);
        var session = asked.attribute("sid").flatMap(sessions::of);
        if (session.isEmpty()) return respond(BodyElement.terminal("item-not-found"));
        return respond(session.get().answer(asked), session.get());
    }

    private Response begin(Request request, BodyElement asked) throws InterruptedException {
        return switch (sessions.begin(request, asked)) {
            case BoshSessions.CreationResult.Refused(var condition) -> respond(BodyElement.terminal(condition));
            case BoshSessions.CreationResult.Begun(var session) -> respond(session.answer(asked), session);
        };
    }

    private static Response respond(byte[] body, BoshSession session) {
        if (session.terms().legacy()) for (var error : LEGACY.entrySet())
            if (Arrays.equals(body, BodyElement.terminal(error.getKey())))
                return Response.text(error.getValue(), error.getKey());
        return respond(body);
    }

    private static Response respond(byte[] body) {
        return new Response(200, Map.of("Content-Type", "text/xml; charset=utf-8"), new Response.Body.Bytes(body));
    }
}
