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

/** XEP-0363: users upload files by HTTP, and share their addresses. */
@Xep(number = 363, title = "HTTP File Upload", version = "1.2.0",
        note = "for messages, profiles and what expires; no purpose 'permanent'")
public final class HttpUpload implements Extension {
    static final String NS = "urn:xmpp:http:upload:0";
    static final String SLOT = "slot"; // the parameter that a slot is in

    private final Supplier<UploadSettings> settings;
    private final SlotRequests giving;
    private final FileRoutes transfers;
    private final OwnUploads own;
    private final UploadCommands commands;

    @Inject HttpUpload(Supplier<UploadSettings> settings, SlotRequests giving, FileRoutes transfers, OwnUploads own,
            UploadCommands commands) {
        this.settings = settings;
        this.giving = giving;
        this.transfers = transfers;
        this.own = own;
        this.commands = commands;
    }

    @Override public List<Hook> hooks() {
        if (!settings.get().enabled() || !transfers.areServed()) return List.of();
        var all = new ArrayList<>(commands.hooks());
        all.add(new Hook.Service(settings.get().label(), Jid::host, declarations()));
        all.add(Hook.route(transfers.route()));
        return all;
    }

    private List<Hook.Declaration> declarations() {
        var all = new ArrayList<>(
                List.of(Hook.identity(SERVICE, "store", "file", "HTTP File Upload"), Hook.serviceFeature(NS),
                        Hook.infoForm(_ -> Optional.of(limits())), onGet(SERVICE, NS, "request", this::slot)));
        Arrays.stream(FilePurpose.values()).map(purpose -> Hook.serviceFeature(purpose.feature())).forEach(all::add);
        own.commands().forEach(command -> all.add(Hook.command(SERVICE, command)));
        return all;
    }

    /** §3. */
    private Element limits() {
        return Element.of(DataForm.NS, "x").with("type", "result").with(
                DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(NS)),
                Element.of(DataForm.NS, "field").with("var", "max-file-size")
                        .with(DataForm.value(String.valueOf(settings.get().largest().bytes()))));
    }

    private Iq.Response slot(Query query) {
        var slot = giving.slot(query);
        var get = transfers.address(slot.owner().host(), slot.id(), slot.file());
        return query.result(Element.of(NS, "slot").with(
                Element.of(NS, "put").with("url", get + "?" + SLOT + "=" + giving.signed(slot)),
                Element.of(NS, "get").with("url", get)));
    }
}
