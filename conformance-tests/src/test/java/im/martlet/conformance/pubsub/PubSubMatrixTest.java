package im.martlet.conformance.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * XEP-0060 §4.1, §4.5 as clients see them: every operation, by users of every affiliation, on nodes of every access
 * model.
 */
class PubSubMatrixTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final String NS = "http://jabber.org/protocol/pubsub";
    private static final String SERVICE = "pubsub.localhost";
    private static final List<String> AFFILIATIONS =
            List.of("owner", "publisher", "publish-only", "member", "none", "outcast");
    private static final List<String> MODELS = List.of("open", "authorize", "whitelist");

    /**
     * The expected answers. For users without an affiliation they depend on the access model: open, authorize,
     * whitelist.
     */
    private static final String ANSWERS = """
            operation      owner publisher publish-only member    none                              outcast
            retrieve       yes   yes       forbidden    yes       yes|not-subscribed|closed-node    forbidden
            archive        yes   yes       forbidden    yes       yes|not-subscribed|closed-node    forbidden
            subscribe      yes   yes       forbidden    yes       yes|pending|closed-node           forbidden
            publish        yes   yes       yes          forbidden forbidden                         forbidden
            retract        yes   forbidden forbidden    forbidden forbidden                         forbidden
            form           yes   forbidden forbidden    forbidden forbidden                         forbidden
            configure      yes   forbidden forbidden    forbidden forbidden                         forbidden
            affiliations   yes   forbidden forbidden    forbidden forbidden                         forbidden
            affiliate      yes   forbidden forbidden    forbidden forbidden                         forbidden
            subscriptions  yes   forbidden forbidden    forbidden forbidden                         forbidden
            resubscribe    yes   forbidden forbidden    forbidden forbidden                         forbidden
            discover       yes   yes       yes          yes       yes|yes|item-not-found            item-not-found
            purge          yes   forbidden forbidden    forbidden forbidden                         forbidden
            delete         yes   forbidden forbidden    forbidden forbidden                         forbidden
            """;

    private static final Map<String, Client> PEOPLE = new LinkedHashMap<>();
    private static Client maker;

    @BeforeAll static void arrive() throws Exception {
        maker = SERVER.login(SERVER.account("maker"), "x");
        for (String affiliation : AFFILIATIONS) PEOPLE.put(affiliation, SERVER.login(SERVER.account(affiliation), "x"));
    }

    @AfterAll static void leave() throws Exception {
        maker.close();
        for (Client client : PEOPLE.values()) client.close();
    }

    private static ReceivedXml ask(Client client, String to, String type, String payload) throws Exception {
        client.send(
                "<iq type='" + type + "' id='1'" + (to.isEmpty() ? "" : " to='" + to + "'") + ">" + payload + "</iq>");
        // owners also receive notifications
        for (ReceivedXml next = client.receive();; next = client.receive()) if (next.name().equals("iq")) return next;
    }

    private static String config(String model) {
        return "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>" + NS
                + "#node_config</value></field><field var='pubsub#access_model'><value>" + model
                + "</value></field></x>";
    }

    private static String make(String name, String model) throws Exception {
        assertThat(ask(maker, SERVICE, "set", "<pubsub xmlns='" + NS + "'><create node='" + name + "'/><configure>"
                + config(model) + "</configure></pubsub>").attribute("type")).isEqualTo("result");
        assertThat(ask(maker, SERVICE, "set",
                "<pubsub xmlns='" + NS + "'><publish node='" + name
                        + "'><item id='made'><x xmlns='urn:x'/></item></publish></pubsub>")
                .attribute("type")).isEqualTo("result");
        var all = new StringBuilder();
        PEOPLE.forEach((affiliation, client) -> all.append("<affiliation jid='").append(client.jid().bare())
                .append("' affiliation='").append(affiliation).append("'/>"));
        assertThat(ask(maker, SERVICE, "set", "<pubsub xmlns='" + NS + "#owner'><affiliations node='" + name + "'>"
                + all + "</affiliations></pubsub>").attribute("type")).isEqualTo("result");
        return name;
    }

    private static ReceivedXml attempt(String operation, Client client, String at, String node, String model)
            throws Exception {
        String pubsub = "<pubsub xmlns='" + NS + "'>";
        String owner = "<pubsub xmlns='" + NS + "#owner'>";
        return switch (operation) {
            case "retrieve" -> ask(client, at, "get", pubsub + "<items node='" + node + "'/></pubsub>");
            case "archive" -> ask(client, at, "set", "<query xmlns='urn:xmpp:mam:2' node='" + node + "'/>");
            case "subscribe" -> ask(client, at, "set",
                    pubsub + "<subscribe node='" + node + "' jid='" + client.jid().bare() + "'/></pubsub>");
            case "publish" -> ask(client, at, "set",
                    pubsub + "<publish node='" + node + "'><item><x xmlns='urn:x'/></item></publish></pubsub>");
            case "retract" ->
                    ask(client, at, "set",
                            pubsub + "<retract node='" + node + "'><item id='made'/></retract></pubsub>");
            case "form" -> ask(client, at, "get", owner + "<configure node='" + node + "'/></pubsub>");
            case "configure" -> ask(client, at, "set",
                    owner + "<configure node='" + node + "'>" + config(model) + "</configure></pubsub>");
            case "affiliations" -> ask(client, at, "get", owner + "<affiliations node='" + node + "'/></pubsub>");
            case "affiliate" -> ask(client, at, "set", owner + "<affiliations node='" + node
                    + "'><affiliation jid='x@example.org' affiliation='member'/></affiliations></pubsub>");
            case "subscriptions" -> ask(client, at, "get", owner + "<subscriptions node='" + node + "'/></pubsub>");
            case "resubscribe" -> ask(client, at, "set", owner + "<subscriptions node='" + node
                    + "'><subscription jid='x@localhost' subscription='none'/></subscriptions></pubsub>");
            case "discover" ->
                    ask(client, at, "get",
                            "<query xmlns='http://jabber.org/protocol/disco#info' node='" + node + "'/>");
            case "purge" -> ask(client, at, "set", owner + "<purge node='" + node + "'/></pubsub>");
            case "delete" -> ask(client, at, "set", owner + "<delete node='" + node + "'/></pubsub>");
            default -> throw new AssertionError(operation);
        };
    }

    /** Returns the most specific condition. */
    private static String answer(ReceivedXml response) {
        if (response.attribute("type").equals("result"))
            return response.toString().contains("subscription='pending'") ? "pending" : "yes";
        var conditions = response.child("error").orElseThrow().children();
        return conditions.getLast().name();
    }

    @Test void everyAnswerMatchesTheTable() throws Exception {
        var lines = ANSWERS.lines().map(line -> line.strip().split("\\s+")).toList();
        var wrong = new ArrayList<String>();
        for (String model : MODELS)
            for (var line : lines.subList(1, lines.size())) for (int column = 1; column < line.length; column++) {
                var choices = line[column].split("\\|");
                var expected = choices.length == 1 ? choices[0] : choices[MODELS.indexOf(model)];
                var relation = lines.getFirst()[column];
                String node = make(model + "-" + line[0] + "-" + relation, model);
                var got = answer(attempt(line[0], PEOPLE.get(relation), SERVICE, node, model));
                if (!got.equals(expected))
                    wrong.add(relation + " " + line[0] + " at " + model + ": " + got + ", not " + expected);
            }
        assertThat(wrong).isEmpty();
    }

    @Test void aHiddenNodeLooksLikeAMissingNode() throws Exception {
        String hidden = make("hidden", "whitelist");
        for (String relation : List.of("none", "outcast")) for (String kind : List.of("info", "items")) {
            String query = "<query xmlns='http://jabber.org/protocol/disco#" + kind + "' node='%s'/>";
            var there = ask(PEOPLE.get(relation), SERVICE, "get", query.formatted(hidden));
            var nowhere = ask(PEOPLE.get(relation), SERVICE, "get", query.formatted("nowhere"));
            assertThat(there.toString()).as(relation).isEqualTo(nowhere.toString());
        }
        assertThat(ask(PEOPLE.get("none"), SERVICE, "get", "<query xmlns='http://jabber.org/protocol/disco#items'/>")
                .toString()).doesNotContain("'hidden'");
        assertThat(ask(PEOPLE.get("member"), SERVICE, "get", "<query xmlns='http://jabber.org/protocol/disco#items'/>")
                .toString()).contains("'hidden'");
    }

    // ---- nodes of accounts: presence subscriptions and roster groups matter

    private static final List<String> RELATIONS =
            List.of("owner", "friend", "contact", "stranger", "publisher", "publish-only", "member", "outcast");
    private static final List<String> PERSONAL_MODELS = List.of("open", "presence", "roster", "authorize", "whitelist");

    /**
     * The expected answers by access model, where they differ: open, presence, roster, authorize, whitelist. A friend
     * is in the roster group that has access.
     */
    private static final String PERSONAL_ANSWERS =
            """
                    operation      owner friend                              contact                                                stranger                                                                        publisher publish-only member    outcast
                    retrieve       yes   yes|yes|yes|not-subscribed|closed-node yes|yes|not-in-roster-group|not-subscribed|closed-node yes|presence-subscription-required|not-in-roster-group|not-subscribed|closed-node yes       forbidden    yes       forbidden
                    archive        yes   yes|yes|yes|not-subscribed|closed-node yes|yes|not-in-roster-group|not-subscribed|closed-node yes|presence-subscription-required|not-in-roster-group|not-subscribed|closed-node yes       forbidden    yes       forbidden
                    subscribe      yes   yes|yes|yes|pending|closed-node        yes|yes|not-in-roster-group|pending|closed-node        yes|presence-subscription-required|not-in-roster-group|pending|closed-node        yes       forbidden    yes       forbidden
                    publish        yes   forbidden                              forbidden                                              forbidden                                                                       yes       yes          forbidden forbidden
                    retract        yes   forbidden                              forbidden                                              forbidden                                                                       forbidden forbidden    forbidden forbidden
                    form           yes   forbidden                              forbidden                                              forbidden                                                                       forbidden forbidden    forbidden forbidden
                    configure      yes   forbidden                              forbidden                                              forbidden                                                                       forbidden forbidden    forbidden forbidden
                    affiliations   yes   forbidden                              forbidden                                              forbidden                                                                       forbidden forbidden    forbidden forbidden
                    affiliate      yes   forbidden                              forbidden                                              forbidden                                                                       forbidden forbidden    forbidden forbidden
                    subscriptions  yes   forbidden                              forbidden                                              forbidden                                                                       forbidden forbidden    forbidden forbidden
                    resubscribe    yes   forbidden                              forbidden                                              forbidden                                                                       forbidden forbidden    forbidden forbidden
                    purge          yes   forbidden                              forbidden                                              forbidden                                                                       forbidden forbidden    forbidden forbidden
                    delete         yes   forbidden                              forbidden                                              forbidden                                                                       forbidden forbidden    forbidden forbidden
                    """;

    private static String personal(Client owner, Map<String, Client> people, String name, String model)
            throws Exception {
        var config = config(model).replace("</x>",
                "<field var='pubsub#roster_groups_allowed'><value>Friends</value></field><field var='pubsub#max_items'><value>max</value></field></x>");
        assertThat(ask(owner, "", "set", "<pubsub xmlns='" + NS + "'><create node='" + name + "'/><configure>" + config
                + "</configure></pubsub>").attribute("type")).isEqualTo("result");
        assertThat(ask(owner, "", "set",
                "<pubsub xmlns='" + NS + "'><publish node='" + name
                        + "'><item id='made'><x xmlns='urn:x'/></item></publish></pubsub>")
                .attribute("type")).isEqualTo("result");
        var all = new StringBuilder();
        for (String affiliation : List.of("publisher", "publish-only", "member", "outcast"))
            all.append("<affiliation jid='").append(people.get(affiliation).jid().bare()).append("' affiliation='")
                    .append(affiliation).append("'/>");
        assertThat(ask(owner, "", "set", "<pubsub xmlns='" + NS + "#owner'><affiliations node='" + name + "'>" + all
                + "</affiliations></pubsub>").attribute("type")).isEqualTo("result");
        return name;
    }

    @Test void everyAnswerOfAnAccountMatchesTheTable() throws Exception {
        var lines = PERSONAL_ANSWERS.lines().map(line -> line.strip().split("\\s+")).toList();
        var people = new LinkedHashMap<String, Client>();
        try (var owner = SERVER.login(SERVER.account("owner"), "x")) {
            people.put("owner", owner);
            for (String relation : RELATIONS)
                if (!relation.equals("owner")) people.put(relation, SERVER.login(SERVER.account(relation), "x"));
            var stores = SERVER.server().injector();
            var key = stores.getInstance(im.martlet.storage.account.Accounts.class).find(owner.jid().bare())
                    .orElseThrow().key();
            for (String contact : List.of("friend", "contact"))
                stores.getInstance(im.martlet.storage.account.Rosters.class).put(key,
                        new im.martlet.storage.account.Rosters.Item(people.get(contact).jid().bare(), "",
                                java.util.Set.of(contact.equals("friend") ? "Friends" : "Others"),
                                im.martlet.storage.account.Rosters.Subscription.FROM, false, false,
                                java.util.Optional.empty(), true));
            var wrong = new ArrayList<String>();
            for (String model : PERSONAL_MODELS) for (var line : lines.subList(1, lines.size())) {
                String node = personal(owner, people, model + "-" + line[0], model);
                // the owner comes last, because its operations succeed
                for (int column = line.length - 1; column > 0; column--) {
                    var choices = line[column].split("\\|");
                    var expected = choices.length == 1 ? choices[0] : choices[PERSONAL_MODELS.indexOf(model)];
                    var relation = lines.getFirst()[column];
                    var got =
                            answer(attempt(line[0], people.get(relation), owner.jid().bare().toString(), node, model));
                    boolean unseen = !List.of("owner", "friend", "contact").contains(relation)
                            // as for an account that does not exist
                            && !List.of("yes", "pending").contains(expected) && got.equals("service-unavailable");
                    if (!got.equals(expected) && !unseen)
                        wrong.add(relation + " " + line[0] + " at " + model + ": " + got + ", not " + expected);
                }
            }
            assertThat(wrong).isEmpty();
            assertPublishModels(owner, people);
        } finally {
            for (Client client : people.values()) client.close();
        }
    }

    /** XEP-0060 §16.4.4: the publish model allows further users, beside owners and publishers. */
    private static void assertPublishModels(Client owner, Map<String, Client> people) throws Exception {
        for (String model : List.of("publishers", "subscribers", "open")) {
            String node = personal(owner, people, "by-" + model, "open");
            var config = config("open").replace("</x>",
                    "<field var='pubsub#publish_model'><value>" + model + "</value></field></x>");
            assertThat(answer(ask(owner, "", "set", "<pubsub xmlns='" + NS + "#owner'><configure node='" + node + "'>"
                    + config + "</configure></pubsub>"))).isEqualTo("yes");
            var at = owner.jid().bare().toString();
            assertThat(answer(attempt("subscribe", people.get("friend"), at, node, "open"))).isEqualTo("yes");
            for (String relation : List.of("friend", "stranger", "member", "outcast")) {
                boolean may = !relation.equals("outcast")
                        && (model.equals("open") || model.equals("subscribers") && relation.equals("friend"));
                assertThat(answer(attempt("publish", people.get(relation), at, node, "open")))
                        .as(relation + " publishes where the model is " + model)
                        .isIn(may ? List.of("yes") : List.of("forbidden", "service-unavailable"));
            }
        }
    }
}
