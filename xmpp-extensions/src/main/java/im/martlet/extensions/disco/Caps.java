package im.martlet.extensions.disco;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.extension.Xep;
import im.martlet.stream.StreamFeature;
import im.martlet.stream.StreamState;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** XEP-0115: a hash of what the server can do, in the features of every stream, so that a client need not ask again. */
@Xep(number = 115, title = "Entity Capabilities", version = "1.6.0", note = "what the server can do; what clients can do is passed on")
public final class Caps implements Extension, StreamFeature {
    static final String NODE = "https://martlet.im/server";
    private static final String NS = "http://jabber.org/protocol/caps";
    private static final String FORMS = "jabber:x:data";

    private final Provider<Kernel> kernel; // which lists this extension too
    private final ConcurrentHashMap<String, Known> byHost = new ConcurrentHashMap<>(); // hosts are the configuration's

    /** What was hashed: of all that a server says of itself, only its forms change while it runs. */
    private record Known(List<Element> forms, Element caps) {}

    @Inject Caps(Provider<Kernel> kernel) { this.kernel = kernel; }

    @Override public List<Hook> hooks() { return List.of(Hook.feature(NS), Hook.negotiable(this)); }

    @Override public List<Element> offer(StreamState state) {
        if (!state.isAuthenticated()) return List.of();
        var forms = kernel.get().declared(Hook.To.SERVER).forms(state.host());
        return List.of(byHost.compute(state.host(), (host, known) -> known != null && known.forms.equals(forms) ? known : new Known(forms, caps(host))).caps);
    }

    private Element caps(String host) {
        return Element.of(NS, "c").with("hash", "sha-1").with("node", NODE).with("ver", verification(ServerInfo.ofHost(kernel.get(), host)));
    }

    /** §5.1. */
    static String verification(List<Element> info) {
        var identities = info.stream().filter(e -> e.is(ServerInfo.NS, "identity")).map(e -> e.attribute("category").orElse("") + "/"
                + e.attribute("type").orElse("") + "/" + e.attribute(Element.XML_LANG).orElse("") + "/" + e.attribute("name").orElse("")).sorted();
        var features = info.stream().filter(e -> e.is(ServerInfo.NS, "feature")).map(e -> e.attribute("var").orElse("")).sorted();
        var forms = info.stream().filter(e -> e.is(FORMS, "x")).map(Caps::form).sorted();
        var text = Stream.of(identities, features).flatMap(s -> s).map(s -> s + "<").collect(Collectors.joining()) + forms.collect(Collectors.joining());
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String form(Element form) {
        var type = form.children().stream().filter(f -> f.attribute("var").filter("FORM_TYPE"::equals).isPresent()).flatMap(Caps::values).findFirst().orElse("");
        return type + "<" + form.children().stream().filter(f -> f.attribute("var").filter("FORM_TYPE"::equals).isEmpty())
                .map(f -> f.attribute("var").orElse("") + "<" + values(f).sorted().map(v -> v + "<").collect(Collectors.joining()))
                .sorted().collect(Collectors.joining());
    }

    private static Stream<String> values(Element field) { return field.children().stream().filter(e -> e.is(FORMS, "value")).map(Element::text); }
}
