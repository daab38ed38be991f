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

/** Checks requests for slots and grants slots (XEP-0363 §4, §5, §6). On the mailbox of the service's domain. */
final class SlotRequests {
    private final Supplier<UploadSettings> settings;
    private final Hosts hosts;
    private final Accounts accounts;
    private final UploadQuota quota;
    private final UploadSlots slots;
    private final InstantSource clock;

    @Inject SlotRequests(Supplier<UploadSettings> settings, Hosts hosts, Accounts accounts, UploadQuota quota,
            UploadSlots slots, InstantSource clock) {
        this.settings = settings;
        this.hosts = hosts;
        this.accounts = accounts;
        this.quota = quota;
        this.slots = slots;
        this.clock = clock;
    }

    String signed(UploadSlot slot) { return slots.write(slot); }

    UploadSlot slot(Query query) {
        var request = query.element();
        var owner = owner(query);
        var now = clock.instant();
        var purpose = purpose(request);
        long bytes = bytes(request);
        long largest = settings.get().largest(purpose);
        if (bytes > largest) throw new StanzaException(tooLarge(largest));
        quota.refusal(owner, bytes, now).ifPresent(refusal -> { throw new StanzaException(error(refusal)); });
        var file = FileNames.safe(request.attribute("filename").filter(name -> !name.isEmpty())
                .orElseThrow(() -> StanzaException.badRequest("a file needs a 'filename'")));
        return new UploadSlot(RandomIds.next(), owner, file, type(request), bytes, purpose,
                now.plus(settings.get().slot()), expires(request, now));
    }

    /**
     * Returns the user that asks, as the owner of uploads.
     *
     * @throws StanzaException forbidden, unless it is a user of the host or of a configured domain
     */
    Owner owner(Query query) {
        var user = query.iq().from().bare();
        var host = query.iq().to().domain().substring(query.iq().to().domain().indexOf('.') + 1);
        if (!mayUpload(user, host))
            throw new StanzaException(Condition.FORBIDDEN.because("only users of " + host + " may upload files here"));
        if (!hosts.isLocal(user.domain())) return new Owner(Optional.empty(), user, host);
        var account = accounts.find(user).filter(Accounts.Account::enabled)
                .orElseThrow(() -> new StanzaException(Condition.FORBIDDEN.plain()));
        return new Owner(Optional.of(account.key()), user, host);
    }

    private boolean mayUpload(Jid user, String host) {
        return user.hasLocal() && (user.domain().equals(host) || settings.get().domains().contains(user.domain()));
    }

    private static long bytes(Element request) {
        var text = request.attribute("size").orElseThrow(() -> StanzaException.badRequest("a file needs a 'size'"));
        try {
            long bytes = Long.parseLong(text);
            if (bytes > 0) return bytes;
        } catch (NumberFormatException e) {
            // rejected below
        }
        throw StanzaException.badRequest("the 'size' of a file must be a number of bytes, at least 1");
    }

    private static String type(Element request) {
        try {
            return request.attribute("content-type").filter(type -> !type.isBlank()).map(MediaType::parse)
                    .map(MediaType::text).orElse("");
        } catch (IllegalArgumentException e) {
            throw StanzaException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static FilePurpose purpose(Element request) {
        var given = request.children().stream().filter(e -> e.namespace().equals(FilePurpose.NS)).findFirst();
        if (given.isEmpty()) return FilePurpose.MESSAGE;
        for (FilePurpose purpose : FilePurpose.values()) if (purpose.word().equals(given.get().name())) return purpose;
        throw new StanzaException(Condition.FEATURE_NOT_IMPLEMENTED
                .because("this server does not support the purpose '" + given.get().name() + "'"));
    }

    /** Returns the time at which the file expires (§5.3); empty if it does not. */
    private static Optional<Instant> expires(Element request, Instant now) {
        var ephemeral = request.child(FilePurpose.NS, FilePurpose.EPHEMERAL.word());
        if (ephemeral.isEmpty()) return Optional.empty();
        try {
            var moment = OffsetDateTime.parse(ephemeral.get().attribute("expire-before").orElse("")).toInstant();
            if (moment.isAfter(now)) return Optional.of(moment.truncatedTo(ChronoUnit.SECONDS));
        } catch (DateTimeParseException e) {
            // rejected below
        }
        throw StanzaException.badRequest("'expire-before' must be a date and time in the future (XEP-0082)");
    }

    private static StanzaError tooLarge(long largest) {
        return Condition.NOT_ACCEPTABLE.because("File too large. The maximum file size is " + largest + " bytes")
                .with(Element.of(HttpUpload.NS, "file-too-large")
                        .with(Element.of(HttpUpload.NS, "max-file-size").withText(String.valueOf(largest))));
    }

    private static StanzaError error(UploadQuota.Refusal refusal) {
        var error = Condition.RESOURCE_CONSTRAINT.because(refusal.reason());
        return refusal.retry().map(moment -> error.with(Element.of(HttpUpload.NS, "retry").with("stamp",
                moment.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1)))).orElse(error);
    }
}
