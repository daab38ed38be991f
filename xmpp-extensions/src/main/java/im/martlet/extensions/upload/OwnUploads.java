package im.martlet.extensions.upload;

import im.martlet.extension.AdHocCommand;
import im.martlet.extension.AdHocCommand.Outcome;
import im.martlet.extension.Query;
import im.martlet.form.DataForm;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.upload.Uploads;
import im.martlet.storage.upload.Uploads.Upload;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Commands of the service with which users list and delete their own uploads (XEP-0050). On the mailbox of the
 * service's domain.
 */
final class OwnUploads {
    private static final String FORM = "urn:martlet:uploads";
    private static final int MOST = 100; // files in one list

    private final SlotRequests slots;
    private final Uploads uploads;
    private final FileRoutes routes;
    private final UploadMaintenance maintenance;
    private final InstantSource clock;

    @Inject OwnUploads(SlotRequests slots, Uploads uploads, FileRoutes routes, UploadMaintenance maintenance,
            InstantSource clock) {
        this.slots = slots;
        this.uploads = uploads;
        this.routes = routes;
        this.maintenance = maintenance;
        this.clock = clock;
    }

    List<AdHocCommand> commands() {
        return List.of(new AdHocCommand("uploads", "My uploads", this::mayUpload, (query, _) -> list(query)),
                new AdHocCommand("delete-uploads", "Delete uploads", this::mayUpload, (query, _) -> choose(query)));
    }

    private boolean mayUpload(Query query) {
        try {
            slots.owner(query);
            return true;
        } catch (StanzaException e) {
            return false;
        }
    }

    private List<Upload> latest(Query query) { return uploads.list(query.iq().from().bare(), Optional.empty(), MOST); }

    private Outcome list(Query query) {
        var usage = uploads.usage(query.iq().from().bare(), clock.instant().minus(UploadQuota.DAY));
        var all = latest(query);
        var note = usage.files() + " files of " + usage.bytes() + " bytes; " + usage.since()
                + " bytes in the last 24 hours" + (usage.files() > all.size() ? "; the list has only the latest" : "");
        return new Outcome.Done(all.isEmpty() ? List.of() : List.of(table(all)), note);
    }

    private Element table(List<Upload> all) {
        var rows = new ArrayList<Element>();
        rows.add(DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(FORM)));
        rows.add(Element.of(DataForm.NS, "reported").with(DataForm.field("name", "text-single").with("label", "Name"),
                DataForm.field("bytes", "text-single").with("label", "Bytes"),
                DataForm.field("uploaded", "text-single").with("label", "Uploaded"),
                DataForm.field("url", "text-single").with("label", "Address")));
        for (Upload upload : all)
            rows.add(Element.of(DataForm.NS, "item").with(cell("name", upload.description().name()),
                    cell("bytes", String.valueOf(upload.description().bytes())),
                    cell("uploaded", upload.created().toString()),
                    cell("url", routes.address(upload.owner().host(), upload.id(), upload.description().name()))));
        return Element.of(DataForm.NS, "x").with("type", "result").with(rows);
    }

    private static Element cell(String name, String value) {
        return Element.of(DataForm.NS, "field").with("var", name).with(DataForm.value(value));
    }

    private Outcome choose(Query query) {
        var all = latest(query);
        if (all.isEmpty()) return new Outcome.Done(List.of(), "You have no uploads.");
        var field = DataForm.field("files", "list-multi").with("label", "Files")
                .with(all.stream().map(upload -> Element.of(DataForm.NS, "option")
                        .with("label",
                                upload.description().name() + ", " + upload.description().bytes() + " bytes, "
                                        + upload.created())
                        .with(DataForm.value(upload.id()))).toList());
        return new Outcome.Ask(DataForm.blank(FORM, field), true, this::delete);
    }

    private Outcome delete(Query query, Optional<DataForm> form) {
        var owner = query.iq().from().bare();
        var chosen = form.orElseThrow(() -> StanzaException.badRequest("the form is missing")).all("files");
        if (chosen.size() > MOST) throw StanzaException.badRequest("choose at most " + MOST + " files at once");
        long deleted = chosen.stream()
                .filter(id -> uploads.find(id).filter(upload -> upload.owner().jid().equals(owner)).isPresent())
                .filter(id -> uploads.delete(id, clock.instant())).count();
        if (deleted > 0) maintenance.sweepSoon();
        return new Outcome.Done(List.of(), "Deleted files: " + deleted);
    }
}
