package im.martlet.extensions.upload;

import static im.martlet.extension.Hook.To.SERVICE;
import static im.martlet.extension.Hook.onGet;

import im.martlet.address.Jid;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.form.DataForm;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** XEP-0363: lets users upload files by HTTP and share their URLs. */
@Xep(number = 363, title = "HTTP File Upload", version = "1.2.0",
        note = "for the purposes message, profile and ephemeral; not for permanent")
public final class HttpUpload implements Extension {
    static final String NS = "urn:xmpp:http:upload:0";
    static final String SLOT = "slot"; // the URL parameter with the slot

    private final Supplier<UploadSettings> settings;
    private final SlotRequests slots;
    private final FileRoutes routes;
    private final OwnUploads ownUploads;
    private final UploadCommands commands;

    @Inject HttpUpload(Supplier<UploadSettings> settings, SlotRequests slots, FileRoutes routes, OwnUploads ownUploads,
            UploadCommands commands) {
        this.settings = settings;
        this.slots = slots;
        this.routes = routes;
        this.ownUploads = ownUploads;
        this.commands = commands;
    }

    @Override public List<Hook> hooks() {
        if (!settings.get().enabled() || !routes.areServed()) return List.of();
        var all = new ArrayList<>(commands.hooks());
        all.add(new Hook.Service(settings.get().label(), Jid::host, declarations()));
        all.add(Hook.route(routes.route()));
        return all;
    }

    private List<Hook.Declaration> declarations() {
        var all = new ArrayList<>(
                List.of(Hook.identity(SERVICE, "store", "file", "HTTP File Upload"), Hook.serviceFeature(NS),
                        Hook.infoForm(_ -> Optional.of(limits())), onGet(SERVICE, NS, "request", this::slot)));
        Arrays.stream(FilePurpose.values()).map(purpose -> Hook.serviceFeature(purpose.feature())).forEach(all::add);
        ownUploads.commands().forEach(command -> all.add(Hook.command(SERVICE, command)));
        return all;
    }

    /** Returns the form with the largest size of a file (§3). */
    private Element limits() {
        return Element.of(DataForm.NS, "x").with("type", "result").with(
                DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(NS)),
                Element.of(DataForm.NS, "field").with("var", "max-file-size")
                        .with(DataForm.value(String.valueOf(settings.get().largest().bytes()))));
    }

    private Iq.Response slot(Query query) {
        var slot = slots.slot(query);
        var get = routes.address(slot.owner().host(), slot.id(), slot.file());
        return query.result(Element.of(NS, "slot").with(
                Element.of(NS, "put").with("url", get + "?" + SLOT + "=" + slots.signed(slot)),
                Element.of(NS, "get").with("url", get)));
    }
}
