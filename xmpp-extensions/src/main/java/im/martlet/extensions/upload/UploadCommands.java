package im.martlet.extensions.upload;

import static im.martlet.extension.Hook.adminCommand;

import im.martlet.extension.AdminCommand;
import im.martlet.extension.AdminException;
import im.martlet.extension.Arguments;
import im.martlet.extension.Hook;
import im.martlet.storage.upload.UploadBlobs;
import im.martlet.storage.upload.Uploads;
import im.martlet.storage.upload.Uploads.Upload;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The admin's commands for uploads, and the start of their maintenance. */
final class UploadCommands {
    private final Uploads uploads;
    private final UploadBlobs blobs;
    private final UploadMaintenance maintenance;
    private final InstantSource clock;

    @Inject UploadCommands(Uploads uploads, UploadBlobs blobs, UploadMaintenance maintenance, InstantSource clock) {
        this.uploads = uploads;
        this.blobs = blobs;
        this.maintenance = maintenance;
        this.clock = clock;
    }

    List<Hook> hooks() {
        return List.of(
                adminCommand(AdminCommand.of("upload list", "Lists the uploads of an account, the latest first",
                        List.of("account"), this::list).withOptional("before").withOptional("limit")),
                adminCommand(AdminCommand.of("upload delete", "Deletes a file, by its id or its URL",
                        List.of("file"), this::delete)),
                adminCommand(AdminCommand
                        .of("upload usage", "Shows the number and size of the files of an account or of each host",
                                List.of(), this::usage)
                        .withOptional("account")),
                new Hook.DeletionListener(_ -> maintenance.sweepSoon()), // the database deleted the account's files
                new Hook.Background(maintenance::start, maintenance::stop));
    }

    private Object list(Arguments a) {
        return uploads
                .list(a.account("account"), a.optional("before").map(UploadCommands::moment), a.number("limit", 100))
                .stream().map(UploadCommands::row).toList();
    }

    private static Instant moment(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new AdminException("'" + text + "' is not a date and time; use the form 2026-11-25T12:00:00Z");
        }
    }

    private static Map<String, Object> row(Upload upload) {
        var row = new LinkedHashMap<String, Object>();
        row.put("file", upload.id());
        row.put("name", upload.description().name());
        row.put("type", upload.description().type());
        row.put("bytes", upload.description().bytes());
        row.put("for", upload.description().purpose());
        row.put("uploaded", upload.created().toString());
        upload.expires().ifPresent(moment -> row.put("expires", moment.toString()));
        return row;
    }

    private Object delete(Arguments a) {
        var id = FileRoutes.id(a.text("file"));
        if (!uploads.delete(id, clock.instant())) throw new AdminException("there is no file '" + id + "'");
        maintenance.sweepSoon();
        return Map.of("file", id);
    }

    private Object usage(Arguments a) {
        if (a.optional("account").isEmpty()) return hosts();
        var usage = uploads.usage(a.account("account"), clock.instant().minus(UploadQuota.DAY));
        var row = new LinkedHashMap<String, Object>();
        row.put("files", usage.files());
        row.put("bytes", usage.bytes());
        row.put("bytes_in_a_day", usage.since());
        return row;
    }

    private Object hosts() {
        var all = new LinkedHashMap<String, Object>();
        all.put("hosts", uploads.hosts().stream()
                .map(host -> Map.of("host", host.host(), "files", host.files(), "bytes", host.bytes())).toList());
        all.put("stored_bytes", blobs.stored());
        return all;
    }
}
