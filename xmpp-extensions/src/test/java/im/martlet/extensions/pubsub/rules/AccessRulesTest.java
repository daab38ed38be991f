package im.martlet.extensions.pubsub.rules;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Access decisions for every combination of inputs, compared with tables of XEP-0060. */
class AccessRulesTest {
    /**
     * §4.1, table "Affiliations and their Privileges"; "model" means that the access model decides, "publish" that the
     * publish model decides.
     */
    private static final String PRIVILEGES = """
            affiliation   subscribe retrieve publish retract_own retract_others purge configure delete administer
            owner         yes       yes      yes     yes         yes            yes   yes       yes    yes
            publisher     yes       yes      yes     yes         no             no    no        no     no
            publish_only  no        no       yes     yes         no             no    no        no     no
            member        yes       yes      publish publish     no             no    no        no     no
            none          model     model    publish publish     no             no    no        no     no
            outcast       no        no       no      no          no             no    no        no     no
            """;

    /** §4.5, table "Node Access Models", with the errors of §6.1.3 and §6.5.9. */
    private static final String MODELS = """
            model     condition  subscribe                       retrieve
            open      always     yes                             yes
            presence  presence   yes                             yes
            presence  otherwise  presence_subscription_required  presence_subscription_required
            roster    group      yes                             yes
            roster    otherwise  not_in_roster_group             not_in_roster_group
            authorize subscribed yes                             yes
            authorize otherwise  when_approved                   not_subscribed
            whitelist always     closed_node                     closed_node
            """;

    /** §16.4.4, "pubsub#publish_model". */
    private static final String PUBLISHING = """
            model       condition  publish
            publishers  always     no
            subscribers subscribed yes
            subscribers otherwise  no
            open        always     yes
            """;

    private static List<Map<String, String>> rows(String table) {
        var lines = table.lines().map(line -> line.strip().split("\\s+")).toList();
        return lines.stream().skip(1).map(cells -> {
            var row = new HashMap<String, String>();
            for (int i = 0; i < cells.length; i++) row.put(lines.getFirst()[i], cells[i]);
            return (Map<String, String>) row;
        }).toList();
    }

    private static String lower(Enum<?> constant) { return constant.name().toLowerCase(Locale.ROOT); }

    private static boolean holds(String condition, NodeRelation relation) {
        return switch (condition) {
            case "always", "otherwise" -> true; // the first row that matches decides
            case "presence" -> relation.seesPresence();
            case "group" -> relation.groups().contains("Friends");
            case "subscribed" -> relation.subscribed();
            default -> throw new AssertionError(condition);
        };
    }

    private static String expected(NodeOperation operation, NodeRelation relation, NodeConfig node) {
        var privilege =
                rows(PRIVILEGES).stream().filter(r -> r.get("affiliation").equals(lower(relation.affiliation())))
                        .findFirst().orElseThrow().get(lower(operation));
        return switch (privilege) {
            case "model" -> rows(MODELS).stream()
                    .filter(r -> r.get("model").equals(lower(node.access())) && holds(r.get("condition"), relation))
                    .findFirst().orElseThrow().get(lower(operation));
            case "publish" -> rows(PUBLISHING).stream()
                    .filter(r -> r.get("model").equals(lower(node.publishing())) && holds(r.get("condition"), relation))
                    .findFirst().orElseThrow().get("publish");
            default -> privilege;
        };
    }

    @Test void everyDecisionIsThatOfTheTables() {
        int checked = 0;
        for (var affiliation : Affiliation.values())
            for (var access : AccessModel.values()) for (var publishing : PublishModel.values())
                for (boolean presence : new boolean[]{ true, false })
                    for (var groups : List.of(Set.of("Friends", "Family"), Set.<String>of("Strangers")))
                        for (boolean subscribed : new boolean[]{ true, false })
                            for (var operation : NodeOperation.values()) {
                                var relation = new NodeRelation(affiliation, presence, groups, subscribed);
                                var node = NodeConfig.STANDARD.with(NodeConfigField.ACCESS_MODEL, lower(access))
                                        .with(NodeConfigField.PUBLISH_MODEL, lower(publishing))
                                        .with(NodeConfigField.ROSTER_GROUPS_ALLOWED, "Friends");
                                var expected = expected(operation, relation, node);
                                assertThat(AccessRules.judge(operation, relation, node))
                                        .as("%s %s %s", operation, relation, node)
                                        .isEqualTo(expected.equals("no") ? AccessDecision.FORBIDDEN
                                                : AccessDecision.valueOf(expected.toUpperCase(Locale.ROOT)));
                                checked++;
                            }
        assertThat(checked).isEqualTo(6 * 5 * 3 * 2 * 2 * 2 * 9);
    }

    @Test void aConfigurationIsUnchangedAfterWriteAndRead() {
        var config = NodeConfig.STANDARD.with(NodeConfigField.TITLE, "a = b\\\nc\\n")
                .with(NodeConfigField.ROSTER_GROUPS_ALLOWED, "Friends", "a,b=c", "two\nlines")
                .with(NodeConfigField.MAX_ITEMS, "7").with(NodeConfigField.PERSIST_ITEMS, "0");
        assertThat(NodeConfig.read(config.write())).isEqualTo(config);
        assertThat(NodeConfig.read(config.write()).all(NodeConfigField.ROSTER_GROUPS_ALLOWED))
                .containsExactly("Friends", "a,b=c", "two\nlines");
        assertThat(NodeConfig.STANDARD.write()).isEmpty();
        assertThat(NodeConfig.read("UNKNOWN=x\nTITLE=t").get(NodeConfigField.TITLE)).as("of a later version")
                .isEqualTo("t");
    }

    @Test void invalidValuesAreRejected() {
        for (var bad : Map.of(NodeConfigField.ACCESS_MODEL, "closed", NodeConfigField.PERSIST_ITEMS, "maybe",
                NodeConfigField.MAX_ITEMS, "-1", NodeConfigField.MAX_PAYLOAD_SIZE, "max", NodeConfigField.CONTACT,
                "a@@b").entrySet())
            assertThat(NodeConfig.STANDARD.with(bad.getKey(), List.of(bad.getValue()))).as(bad.toString()).isEmpty();
        assertThat(NodeConfig.STANDARD.with(NodeConfigField.PERSIST_ITEMS, List.of("true", "false"))).isEmpty();
        assertThat(NodeConfig.STANDARD.with(NodeConfigField.TITLE, List.of("x".repeat(2000)))).isEmpty();
    }

    @Test void valuesAreEqualInEveryNotation() {
        assertThat(NodeConfig.STANDARD.has(NodeConfigField.PERSIST_ITEMS, List.of("1"))).isTrue();
        assertThat(NodeConfig.STANDARD.has(NodeConfigField.MAX_ITEMS, List.of("max"))).isTrue();
        assertThat(NodeConfig.STANDARD.has(NodeConfigField.MAX_ITEMS, List.of("1"))).isFalse();
        assertThat(NodeConfig.STANDARD.with(NodeConfigField.ROSTER_GROUPS_ALLOWED, "a", "b")
                .has(NodeConfigField.ROSTER_GROUPS_ALLOWED, List.of("b", "a"))).isTrue();
    }

    @Test void everyFieldHasAValidDefaultAndIsFoundByName() {
        assertThat(Arrays.asList(NodeConfigField.values())).allSatisfy(field -> {
            assertThat(field.read(field.standard())).contains(field.standard());
            assertThat(NodeConfigField.of(field.var())).contains(field);
        });
    }
}
