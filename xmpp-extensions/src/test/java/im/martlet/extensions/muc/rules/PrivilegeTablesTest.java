package im.martlet.extensions.muc.rules;

import static im.martlet.extensions.muc.state.Affiliation.ADMIN;
import static im.martlet.extensions.muc.state.Affiliation.MEMBER;
import static im.martlet.extensions.muc.state.Affiliation.NONE;
import static im.martlet.extensions.muc.state.Affiliation.OUTCAST;
import static im.martlet.extensions.muc.state.Affiliation.OWNER;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.RoomConfig;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.stanza.StanzaError.Condition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Compares the rules with the tables of XEP-0045, as they are printed there. */
class PrivilegeTablesTest {
    private static final RoomConfig DEFAULTS = RoomConfig.defaults();
    private static final List<Affiliation> ALL = List.of(OUTCAST, NONE, MEMBER, ADMIN, OWNER);

    private static Map<RolePrivilege, String> roles() {
        return Map.ofEntries(Map.entry(RolePrivilege.PRESENT_IN_ROOM, "No Yes Yes Yes"),
                Map.entry(RolePrivilege.RECEIVE_MESSAGES, "No Yes Yes Yes"),
                Map.entry(RolePrivilege.RECEIVE_OCCUPANT_PRESENCE, "No Yes Yes Yes"),
                Map.entry(RolePrivilege.BROADCAST_PRESENCE, "No Yes Yes Yes"),
                Map.entry(RolePrivilege.CHANGE_AVAILABILITY, "No Yes Yes Yes"),
                Map.entry(RolePrivilege.CHANGE_NICKNAME, "No Yes Yes Yes"),
                Map.entry(RolePrivilege.SEND_PRIVATE_MESSAGES, "No Yes Yes Yes"),
                Map.entry(RolePrivilege.INVITE, "No Yes Yes Yes"),
                Map.entry(RolePrivilege.SEND_MESSAGES_TO_ALL, "No No Yes Yes"),
                Map.entry(RolePrivilege.MODIFY_SUBJECT, "No No No Yes"),
                Map.entry(RolePrivilege.KICK, "No No No Yes"), Map.entry(RolePrivilege.GRANT_VOICE, "No No No Yes"),
                Map.entry(RolePrivilege.REVOKE_VOICE, "No No No Yes"));
    }

    private static String row(List<Boolean> allowed) {
        return String.join(" ", allowed.stream().map(yes -> yes ? "Yes" : "No").toList());
    }

    @Test void rolesHaveThePrivilegesOfTheTable() { // §5.1.1
        assertThat(roles().keySet()).containsExactlyInAnyOrder(RolePrivilege.values());
        roles().forEach((privilege,
                row) -> assertThat(
                        row(List.of(Role.values()).stream().map(role -> privilege.allows(role, DEFAULTS)).toList()))
                        .as(privilege.name()).isEqualTo(row));
    }

    @Test void configurationChangesThePrivilegesOfRoles() {
        assertThat(
                RolePrivilege.MODIFY_SUBJECT.allows(Role.PARTICIPANT, DEFAULTS.with(RoomOption.CHANGE_SUBJECT, true)))
                .isTrue();
        assertThat(RolePrivilege.MODIFY_SUBJECT.allows(Role.VISITOR, DEFAULTS.with(RoomOption.CHANGE_SUBJECT, true)))
                .isFalse();
        assertThat(RolePrivilege.BROADCAST_PRESENCE.allows(Role.VISITOR,
                DEFAULTS.with(RoomOption.PRESENCE_BROADCAST, List.of("moderator")))).isFalse();
        for (var least : Map.of("anyone", Role.VISITOR, "participants", Role.PARTICIPANT, "moderators", Role.MODERATOR)
                .entrySet())
            for (Role role : Role.values())
                assertThat(RolePrivilege.SEND_PRIVATE_MESSAGES.allows(role,
                        DEFAULTS.with(RoomOption.ALLOW_PM, List.of(least.getKey()))))
                        .isEqualTo(role.isAtLeast(least.getValue()));
        for (Role role : Role.values()) assertThat(
                RolePrivilege.SEND_PRIVATE_MESSAGES.allows(role, DEFAULTS.with(RoomOption.ALLOW_PM, List.of("none"))))
                .isFalse();
    }

    @Test void affiliationsHaveThePrivilegesOfTheTable() { // §5.2.1: outcast, none, member, admin, owner
        var table = Map.ofEntries(Map.entry(AffiliationPrivilege.ENTER_OPEN_ROOM, "No Yes Yes Yes Yes"),
                Map.entry(AffiliationPrivilege.REGISTER, "No Yes Yes Yes Yes"),
                Map.entry(AffiliationPrivilege.RETRIEVE_MEMBER_LIST, "No No Yes Yes Yes"),
                Map.entry(AffiliationPrivilege.ENTER_MEMBERS_ONLY_ROOM, "No No Yes Yes Yes"),
                Map.entry(AffiliationPrivilege.BAN, "No No No Yes Yes"),
                Map.entry(AffiliationPrivilege.EDIT_MEMBER_LIST, "No No No Yes Yes"),
                Map.entry(AffiliationPrivilege.ASSIGN_MODERATOR_ROLE, "No No No Yes Yes"),
                Map.entry(AffiliationPrivilege.EDIT_ADMIN_LIST, "No No No No Yes"),
                Map.entry(AffiliationPrivilege.EDIT_OWNER_LIST, "No No No No Yes"),
                Map.entry(AffiliationPrivilege.CONFIGURE, "No No No No Yes"),
                Map.entry(AffiliationPrivilege.DESTROY, "No No No No Yes"));
        assertThat(table.keySet()).containsExactlyInAnyOrder(AffiliationPrivilege.values());
        table.forEach((privilege, row) -> assertThat(row(ALL.stream().map(privilege::allows).toList()))
                .as(privilege.name()).isEqualTo(row));
    }

    @Test void theInitialRoleFollowsFromTheAffiliation() { // §5.1.2: none, member, admin, owner
        var affiliations = List.of(NONE, MEMBER, ADMIN, OWNER);
        assertThat(affiliations.stream()
                .map(a -> JoinAttempt.initialRole(a, DEFAULTS.with(RoomOption.MODERATED, true)).wire()))
                .containsExactly("visitor", "participant", "moderator", "moderator");
        assertThat(affiliations.stream().map(a -> JoinAttempt.initialRole(a, DEFAULTS).wire())).containsExactly(
                "participant",
                "participant", "moderator", "moderator");
        assertThat(affiliations.stream()
                .map(a -> JoinAttempt.initialRole(a, DEFAULTS.with(RoomOption.MEMBERS_ONLY, true)).wire()))
                .containsExactly("none", "participant", "moderator", "moderator");
    }

    private static String refusal(Affiliation a, RoomConfig config, String password, boolean nickTaken, boolean full) {
        return new JoinAttempt(a, Optional.of(password).filter(p -> !p.isEmpty()), nickTaken, full).refusal(config)
                .map(e -> e.condition().name()).orElse("");
    }

    @Test void joinAttemptsAreRefusedForTheFirstReason() { // §7.2.5-§7.2.9
        var closed = DEFAULTS.with(RoomOption.MEMBERS_ONLY, true);
        var secret = DEFAULTS.with(RoomOption.PASSWORD_PROTECTED, true).with(RoomOption.PASSWORD, List.of("p"));
        assertThat(ALL.stream().map(a -> refusal(a, DEFAULTS, "", false, false))).containsExactly("FORBIDDEN", "", "",
                "",
                "");
        assertThat(ALL.stream().map(a -> refusal(a, closed, "", false, false))).containsExactly("FORBIDDEN",
                "REGISTRATION_REQUIRED", "", "", "");
        assertThat(ALL.stream().map(a -> refusal(a, secret, "", false, false))).containsExactly("FORBIDDEN",
                "NOT_AUTHORIZED", "NOT_AUTHORIZED", "NOT_AUTHORIZED", "NOT_AUTHORIZED");
        assertThat(refusal(NONE, secret, "wrong", false, false)).isEqualTo("NOT_AUTHORIZED");
        assertThat(refusal(NONE, secret, "p", false, false)).isEmpty();
        assertThat(ALL.stream().map(a -> refusal(a, DEFAULTS, "", false, true))).containsExactly("FORBIDDEN",
                "SERVICE_UNAVAILABLE", "SERVICE_UNAVAILABLE", "", "");
        assertThat(ALL.stream().map(a -> refusal(a, DEFAULTS, "", true, false))).containsExactly("FORBIDDEN",
                "CONFLICT",
                "CONFLICT", "CONFLICT", "CONFLICT");
    }

    /**
     * The state chart of §5.2.2: the affiliation that may change the row to the column. The room has a second owner, so
     * that the rule about the last owner does not apply.
     */
    @Test void affiliationChangesFollowTheStateChart() {
        var chart = List.of( // from: outcast, none, member, admin, owner; to: the same
                "-- a a o o", "a -- a o o", "a a -- o o", "o o o -- o", "o o o o --");
        for (Affiliation from : ALL) for (Affiliation to : ALL) {
            String least = chart.get(from.ordinal()).split(" ")[to.ordinal()];
            for (Affiliation actor : ALL) {
                boolean may = switch (least) {
                    case "a" -> actor.isAtLeast(ADMIN);
                    case "o" -> actor == OWNER;
                    default -> actor.isAtLeast(ADMIN); // nothing changes
                };
                assertThat(new AffiliationChange(actor, from, to, false, 2).refusal().isEmpty())
                        .as(actor + " " + from + " > " + to).isEqualTo(may);
            }
        }
        // §9.1
        assertThat(new AffiliationChange(ADMIN, ADMIN, OUTCAST, true, 1).refusal()).contains(Condition.CONFLICT);
        assertThat(new AffiliationChange(OWNER, OWNER, ADMIN, true, 1).refusal()).contains(Condition.CONFLICT); // §10.4
        assertThat(new AffiliationChange(ADMIN, OWNER, OUTCAST, false, 2).refusal()).contains(Condition.NOT_ALLOWED);
        assertThat(new AffiliationChange(ADMIN, NONE, OWNER, false, 1).refusal()).contains(Condition.FORBIDDEN);
        assertThat(new AffiliationChange(MEMBER, NONE, OUTCAST, false, 1).refusal()).contains(Condition.FORBIDDEN);
    }

    /** The state chart of §5.1.3 with its footnotes, for moderators of every affiliation. */
    @Test void roleChangesFollowTheStateChart() {
        // to none, to the other lower role, to moderator
        var chart = Map.of("VISITOR", "m m a", "PARTICIPANT", "m m a", "MODERATOR", "a a a");
        for (Affiliation actor : List.of(NONE, MEMBER, ADMIN, OWNER)) for (Affiliation target : List.of(NONE, MEMBER,
                ADMIN, OWNER))
            for (Role from : List.of(Role.VISITOR, Role.PARTICIPANT, Role.MODERATOR)) for (Role to : Role.values()) {
                if (from == to) continue;
                int column = to == Role.NONE ? 0 : to == Role.MODERATOR ? 2 : 1;
                boolean may = chart.get(from.name()).split(" ")[column].equals("m") || actor.isAtLeast(ADMIN);
                if (to == Role.NONE && !actor.isAtLeast(target)) may = false; // §8.2
                if (to == Role.VISITOR && from == Role.PARTICIPANT
                        && (target.isAtLeast(actor) || target.isAtLeast(ADMIN)))
                    may = false; // §8.4
                if (from == Role.MODERATOR && to != Role.NONE && target.isAtLeast(ADMIN)) may = false; // §9.7
                var change = new RoleChange(actor, Role.MODERATOR, target, from, to);
                assertThat(change.refusal().isEmpty()).as(change.toString()).isEqualTo(may);
                for (Role lower : List.of(Role.NONE, Role.VISITOR, Role.PARTICIPANT))
                    assertThat(new RoleChange(actor, lower, target, from, to).refusal()).as(lower + " " + change)
                            .contains(Condition.FORBIDDEN);
            }
    }

    @Test void anAffiliationChangeSetsTheRole() { // §5.1.3, the note
        var moderated = DEFAULTS.with(RoomOption.MODERATED, true);
        var closed = DEFAULTS.with(RoomOption.MEMBERS_ONLY, true);
        assertThat(AffiliationChange.roleAfter(Role.VISITOR, NONE, ADMIN, moderated)).isEqualTo(Role.MODERATOR);
        assertThat(AffiliationChange.roleAfter(Role.VISITOR, NONE, MEMBER, moderated)).isEqualTo(Role.PARTICIPANT);
        assertThat(AffiliationChange.roleAfter(Role.MODERATOR, NONE, MEMBER, DEFAULTS)).isEqualTo(Role.MODERATOR);
        assertThat(AffiliationChange.roleAfter(Role.MODERATOR, ADMIN, NONE, moderated)).isEqualTo(Role.VISITOR);
        assertThat(AffiliationChange.roleAfter(Role.MODERATOR, OWNER, MEMBER, DEFAULTS)).isEqualTo(Role.PARTICIPANT);
        assertThat(AffiliationChange.roleAfter(Role.PARTICIPANT, MEMBER, NONE, closed)).isEqualTo(Role.NONE);
        assertThat(AffiliationChange.roleAfter(Role.PARTICIPANT, MEMBER, NONE, moderated)).isEqualTo(Role.PARTICIPANT);
        for (Role role : Role.values())
            assertThat(AffiliationChange.roleAfter(role, OWNER, OUTCAST, DEFAULTS)).isEqualTo(Role.NONE);
    }

    /** A room that hides addresses hides the lists from members, too (§5.2.1, §9.5). */
    @Test void accessToListsFollowsAffiliationAndRole() {
        var open = DEFAULTS.with(RoomOption.WHOIS, List.of("anyone"));
        for (Affiliation list : List.of(OUTCAST, MEMBER, ADMIN, OWNER)) for (Affiliation asker : ALL) {
            assertThat(ListAccess.maySee(list, asker, Role.PARTICIPANT, DEFAULTS)).as(asker + " " + list)
                    .isEqualTo(asker.isAtLeast(ADMIN));
            assertThat(ListAccess.maySee(list, asker, Role.NONE, open)).as(asker + " " + list)
                    .isEqualTo(asker.isAtLeast(ADMIN) || asker == MEMBER && list != OUTCAST);
        }
        assertThat(ListAccess.maySee(MEMBER, NONE, Role.MODERATOR, DEFAULTS)).isTrue();
        assertThat(ListAccess.maySee(OUTCAST, NONE, Role.MODERATOR, DEFAULTS)).isFalse();
    }
}
