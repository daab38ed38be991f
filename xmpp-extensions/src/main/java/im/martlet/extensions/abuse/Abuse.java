package im.martlet.extensions.abuse;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.config.Default;
import im.martlet.extension.AdminCommand;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Verdict;
import im.martlet.im.Visibility;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies blocklists: a listed address may write to an account only if it is a contact of the account. Also advertises
 * abuse reports, which {@link AbuseReports} handles.
 */
public final class Abuse implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(Abuse.class);

    /**
     * The section {@code [abuse]}.
     *
     * @param lists blocklists: for each the service and the node, with a slash between them
     * @param rooms whether a listed address is kept out of rooms unless it is a member, admin or owner
     * @param accounts whether a listed address is kept from writing to accounts unless it is their contact
     * @param reports bare addresses that receive abuse reports
     */
    public record Settings(@Default("[]") List<String> lists, @Default("true") boolean rooms,
            @Default("true") boolean accounts, @Default("[]") List<String> reports) {}

    /**
     * A blocklist.
     *
     * @param name service and node, as in the configuration
     */
    record Source(String name, Jid service, String node) {}

    private final Settings settings;
    private final ListedAddresses listed;
    private final BlocklistUpdates updates;
    private final Visibility visibility;
    private final Map<Jid, Map<String, Source>> sources = new LinkedHashMap<>(); // by service, then by node

    @Inject Abuse(Settings settings, ListedAddresses listed, BlocklistUpdates updates, Visibility visibility) {
        this.settings = settings;
        this.listed = listed;
        this.updates = updates;
        this.visibility = visibility;
        settings.lists.stream().flatMap(list -> source(list).stream())
                .forEach(s -> sources.computeIfAbsent(s.service, _ -> new LinkedHashMap<>()).put(s.node, s));
    }

    /** Returns the blocklist that an entry of the setting names; empty if the entry is malformed. */
    static Optional<Source> source(String list) {
        int slash = list.indexOf('/');
        try {
            return slash < 1 || slash == list.length() - 1 ? Optional.empty()
                    : Optional.of(new Source(list, Jid.parse(list.substring(0, slash)), list.substring(slash + 1)));
        } catch (JidException e) {
            return Optional.empty();
        }
    }

    @Override public List<Hook> hooks() {
        if (sources.isEmpty()) return List.of(Hook.feature(AbuseReports.NS));
        return List.of(Hook.feature(AbuseReports.NS), new Hook.HostMessageListener(this::applyEvent),
                Hook.onReceive(InterceptorStage.SCREEN, this::screen),
                new Hook.Background(
                        () -> updates
                                .start(sources.values().stream().flatMap(nodes -> nodes.values().stream()).toList()),
                        updates::stop),
                Hook.adminCommand(AdminCommand.of("blocklist list",
                        "Lists the blocklists that this server follows, with their numbers of entries", List.of(),
                        _ -> listed.sizes())),
                Hook.adminCommand(
                        AdminCommand.of("blocklist check",
                                "Says whether an address is on a blocklist that this server follows",
                                List.of("address"), a -> Map.of("listed", listed.has(a.address("address"))))));
    }

    /** Applies the event of a blocklist's node (XEP-0060 §7.1.2.1, §7.2.2.1, §8.5.2). */
    private boolean applyEvent(Message m) {
        var nodes = sources.get(m.from());
        var event = m.child(Namespaces.PUBSUB_EVENT, "event");
        if (nodes == null || event.isEmpty() || m.isError()) return false;
        for (Element e : event.get().children()) e.attribute("node").map(nodes::get).ifPresent(source -> {
            switch (e.name()) {
                case "items" -> e.children().forEach(item -> item.attribute("id").ifPresent(id -> {
                    if (item.name().equals("retract")) listed.remove(source.name, id);
                    else listed.add(source.name, id);
                }));
                case "purge", "delete" -> listed.clear(source.name);
                default -> {}
            }
        });
        return true;
    }

    private Verdict screen(InterceptedStanza intercepted) {
        var stanza = intercepted.stanza();
        boolean unsolicited = stanza instanceof Message m && !m.isError() && m.type() != Message.Type.GROUPCHAT
                || stanza instanceof Presence p && p.type() == Presence.Type.SUBSCRIBE;
        if (!settings.accounts || !unsolicited || !listed.has(stanza.from())
                || visibility.isContact(intercepted.account(), stanza.from().bare()))
            return Verdict.pass();
        Decision.REFUSED.log(LOG, "the sender is on a blocklist", intercepted.account().jid(), stanza);
        return Verdict.bounce(Condition.POLICY_VIOLATION.because("you are on a blocklist that this server follows"));
    }
}
