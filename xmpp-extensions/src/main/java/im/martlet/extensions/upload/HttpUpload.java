package im.martlet.extensions.upload;

import static im.martlet.extension.Hook.To.SERVICE;
import static im.martlet.extension.Hook.onGet;

import im.martlet.address.Jid;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.extension.Xep;
import im.martlet.form.DataForm;
import im.martlet.http.Answer;
import im.martlet.http.Cors;
import im.martlet.http.PublicUrls;
import im.martlet.http.Request;
import im.martlet.http.Route;
import im.martlet.session.Cause;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** XEP-0363: users upload files by HTTP, and share their addresses. */
@Xep(number = 363, title = "HTTP File Upload", version = "1.2.0", note = "for messages, profiles and what expires; no purpose 'permanent'")
public final class HttpUpload implements Extension {
    static final String NS = "urn:xmpp:http:upload:0";
    static final String PATH = "/upload/";
    static final String SLOT = "slot"; // the parameter that a slot is in

    private static final Cors CORS = new Cors(true, List.of("Authorization", "Content-Type", "If-None-Match", "If-Range", "Range"),
            List.of("Accept-Ranges", "Content-Disposition", "Content-Range", "ETag"));

    private final Supplier<UploadSettings> settings;
    private final PublicUrls urls;
    private final Giving giving;
    private final Receiving receiving;
    private final Serving serving;

    @Inject HttpUpload(Supplier<UploadSettings> settings, PublicUrls urls, Giving giving, Receiving receiving, Serving serving) {
        this.settings = settings;
        this.urls = urls;
        this.giving = giving;
        this.receiving = receiving;
        this.serving = serving;
    }

    @Override public List<Hook> hooks() {
        if (!settings.get().enabled() || !urls.areServed()) return List.of();
        return List.of(new Hook.Service(settings.get().label(), Jid::host, declarations(), HttpUpload::receive),
                Hook.route(new Route(Route.Door.PUBLIC, PATH, Set.of("GET", "PUT"), CORS, Long.MAX_VALUE, this::answer))); // a slot says how large
    }

    private List<Hook.Declaration> declarations() {
        var all = new ArrayList<>(List.of(Hook.identity(SERVICE, "store", "file", "HTTP File Upload"), Hook.serviceFeature(NS), Hook.infoForm(_ -> Optional.of(limits())), onGet(SERVICE, NS, "request", this::slot)));
        Arrays.stream(Purpose.values()).map(purpose -> Hook.serviceFeature(purpose.feature())).forEach(all::add);
        return all;
    }

    /** §3. */
    private Element limits() {
        return Element.of(DataForm.NS, "x").with("type", "result").with(DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(NS)),
                Element.of(DataForm.NS, "field").with("var", "max-file-size").with(DataForm.value(String.valueOf(settings.get().largest().bytes()))));
    }

    private static void receive(Stanza stanza, Cause cause) {
        switch (stanza) {
            case Message m when m.isError() -> { }
            case Message _, Iq.Request _ -> throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
            case Iq.Response _, Presence _ -> { }
        }
    }

    private Iq.Response slot(Query query) {
        var slot = giving.slot(query);
        var get = urls.of(slot.owner().host()) + PATH + slot.id() + "/" + FileNames.inUrl(slot.file());
        return query.result(Element.of(NS, "slot").with(Element.of(NS, "put").with("url", get + "?" + SLOT + "=" + giving.signed(slot)), Element.of(NS, "get").with("url", get)));
    }

    private Answer answer(Request request) throws IOException { return request.method().equals("PUT") ? receiving.put(request) : serving.get(request); }
}
