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
import im.martlet.spec.Xep;
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

/**
 * Follows blocklists, keeps who is on them from writing to accounts whose contacts they are not, and takes reports that
 * come with a block.
 */
@Xep(number = 377, title = "Blocking Command Reports", version = "0.4.1",
        note = "brought to those whom [abuse] names, and to the log; not passed on to other servers")
public final class Abuse implements Extension {

    /**
     * What is done about abuse.
     *
     * @param lists of each the service and the node, with a slash between them
     * @param rooms whether who is on one may not enter rooms here, unless they belong to them
     * @param accounts whether they may not write to accounts whose contacts they are not
     * @param reports who is told of reports: bare addresses
     */
    public record Settings(@Default("[]") List<String> lists, @Default("true") boolean rooms,
            @Default("true") boolean accounts, @Default("[]") List<String> reports) {}

    /** @param name as it was configured */
    record Source(String name, Jid service, String node) {}

    private final Settings settings;
    private final ListedAddresses listed;
    private final BlocklistUpdates fetching;
    private final Visibility visibility;
    private final Map<Jid, Map<String, Source>> sources = new LinkedHashMap<>(); // by service and node

    @Inject Abuse(Settings settings, ListedAddresses listed, BlocklistUpdates fetching, Visibility visibility) {
        this.settings = settings;
        this.listed = listed;
        this.fetching = fetching;
        this.visibility = visibility;
        settings.lists.stream().flatMap(list -> source(list).stream())
                .forEach(s -> sources.computeIfAbsent(s.service, _ -> new LinkedHashMap<>()).put(s.node, s));
    }

    /** What a setting names, if it is good. */
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
        return List.of(Hook.feature(AbuseReports.NS), new Hook.HostMessageListener(this::heard),
                Hook.onReceive(InterceptorStage.SCREEN, this::screen),
                new Hook.Background(
                        () -> fetching
                                .start(sources.values().stream().flatMap(nodes -> nodes.values().stream()).toList()),
                        fetching::stop),
                Hook.adminCommand(AdminCommand.of("blocklist list",
                        "Lists the blocklists that are followed, and how many are on each", List.of(),
                        _ -> listed.sizes())),
                Hook.adminCommand(
                        AdminCommand.of("blocklist check", "Says whether somebody is on a blocklist that is followed",
                                List.of("address"), a -> Map.of("listed", listed.has(a.address("address"))))));
    }

    /** XEP-0060 §7.1.2.1, §7.2.2.1, §8.5.2. */
    private boolean heard(Message m) {
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
        boolean unasked = stanza instanceof Message m && !m.isError() && m.type() != Message.Type.GROUPCHAT
                || stanza instanceof Presence p && p.type() == Presence.Type.SUBSCRIBE;
        if (!settings.accounts || !unasked || !listed.has(stanza.from())
                || visibility.isContact(intercepted.account(), stanza.from().bare()))
            return Verdict.pass();
        return Verdict.bounce(Condition.POLICY_VIOLATION.because("you are on a blocklist that this server follows"));
    }
}
