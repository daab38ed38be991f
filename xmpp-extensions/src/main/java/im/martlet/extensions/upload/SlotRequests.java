package im.martlet.extensions.upload;

import im.martlet.address.Jid;
import im.martlet.config.Hosts;
import im.martlet.extension.Query;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.upload.Uploads.Owner;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;

/** Slots are given to whom they may be (XEP-0363 §4, §5, §6). On the mailbox of the service's domain. */
final class SlotRequests {
    private final Supplier<UploadSettings> settings;
    private final Hosts hosts;
    private final Accounts accounts;
    private final UploadQuota allowance;
    private final UploadSlots slots;
    private final InstantSource clock;

    @Inject SlotRequests(Supplier<UploadSettings> settings, Hosts hosts, Accounts accounts, UploadQuota allowance,
            UploadSlots slots, InstantSource clock) {
        this.settings = settings;
        this.hosts = hosts;
        this.accounts = accounts;
        this.allowance = allowance;
        this.slots = slots;
        this.clock = clock;
    }

    String signed(UploadSlot slot) { return slots.write(slot); }

    UploadSlot slot(Query query) {
        var asked = query.element();
        var owner = owner(query);
        var now = clock.instant();
        var purpose = purpose(asked);
        long bytes = bytes(asked);
        long largest = settings.get().largest(purpose);
        if (bytes > largest) throw new StanzaException(tooLarge(largest));
        allowance.refusal(owner, bytes, now).ifPresent(refusal -> { throw new StanzaException(error(refusal)); });
        var file = FileNames.fit(asked.attribute("filename").filter(name -> !name.isEmpty())
                .orElseThrow(() -> StanzaException.badRequest("a file needs a 'filename'")));
        return new UploadSlot(RandomIds.next(), owner, file, type(asked), bytes, purpose,
                now.plus(settings.get().slot()), expires(asked, now));
    }

    /** Who asks, if they may upload: users of the host, and of domains that are configured. */
    Owner owner(Query query) {
        var who = query.iq().from().bare();
        var host = query.iq().to().domain().substring(query.iq().to().domain().indexOf('.') + 1);
        if (!mayUpload(who, host))
            throw new StanzaException(Condition.FORBIDDEN.because("only users of " + host + " may upload files here"));
        if (!hosts.isLocal(who.domain())) return new Owner(Optional.empty(), who, host);
        var account = accounts.find(who).filter(Accounts.Account::enabled)
                .orElseThrow(() -> new StanzaException(Condition.FORBIDDEN.plain()));
        return new Owner(Optional.of(account.key()), who, host);
    }

    private boolean mayUpload(Jid who, String host) {
        return who.hasLocal() && (who.domain().equals(host) || settings.get().domains().contains(who.domain()));
    }

    private static long bytes(Element asked) {
        var text = asked.attribute("size").orElseThrow(() -> StanzaException.badRequest("a file needs a 'size'"));
        try {
            long bytes = Long.parseLong(text);
            if (bytes > 0) return bytes;
        } catch (NumberFormatException e) {
            // told below
        }
        throw StanzaException.badRequest("the 'size' of a file is a number of bytes, from 1");
    }

    private static String type(Element asked) {
        try {
            return asked.attribute("content-type").filter(type -> !type.isBlank()).map(MediaType::parse)
                    .map(MediaType::text).orElse("");
        } catch (IllegalArgumentException e) {
            throw StanzaException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static FilePurpose purpose(Element asked) {
        var given = asked.children().stream().filter(e -> e.namespace().equals(FilePurpose.NS)).findFirst();
        if (given.isEmpty()) return FilePurpose.MESSAGE;
        for (FilePurpose purpose : FilePurpose.values()) if (purpose.word().equals(given.get().name())) return purpose;
        throw new StanzaException(Condition.FEATURE_NOT_IMPLEMENTED
                .because("files are not kept for the purpose '" + given.get().name() + "' here"));
    }

    /** §5.3. */
    private static Optional<Instant> expires(Element asked, Instant now) {
        var ephemeral = asked.child(FilePurpose.NS, FilePurpose.EPHEMERAL.word());
        if (ephemeral.isEmpty()) return Optional.empty();
        try {
            var moment = OffsetDateTime.parse(ephemeral.get().attribute("expire-before").orElse("")).toInstant();
            if (moment.isAfter(now)) return Optional.of(moment.truncatedTo(ChronoUnit.SECONDS));
        } catch (DateTimeParseException e) {
            // told below
        }
        throw StanzaException.badRequest("'expire-before' is a moment that is still to come (XEP-0082)");
    }

    private static StanzaError tooLarge(long largest) {
        return Condition.NOT_ACCEPTABLE.because("File too large. The maximum file size is " + largest + " bytes")
                .with(Element.of(HttpUpload.NS, "file-too-large")
                        .with(Element.of(HttpUpload.NS, "max-file-size").withText(String.valueOf(largest))));
    }

    private static StanzaError error(UploadQuota.Refusal refusal) {
        var error = Condition.RESOURCE_CONSTRAINT.because(refusal.why());
        return refusal.retry().map(moment -> error.with(Element.of(HttpUpload.NS, "retry").with("stamp",
                moment.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1)))).orElse(error);
    }
}
