package im.martlet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.account.TestAccountStores;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.storage.log.Journal.Write;
import im.martlet.storage.log.TestLogStores;
import im.martlet.storage.rooms.RoomHats;
import im.martlet.storage.rooms.RoomMembers;
import im.martlet.storage.rooms.RoomMembers.Affiliated;
import im.martlet.storage.rooms.Rooms;
import im.martlet.storage.rooms.Rooms.Room;
import im.martlet.storage.rooms.Rooms.Settings;
import im.martlet.storage.rooms.Rooms.Which;
import im.martlet.storage.rooms.TestRoomStores;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The stores of rooms, on every database. */
interface RoomsContract {
    Backend backend();

    Jid ROMEO = Jid.parse("romeo@example.com");

    private Rooms rooms() { return TestRoomStores.rooms(backend().database()); }

    private RoomMembers people() { return TestRoomStores.roomMembers(backend().database()); }

    private Accounts accounts() { return TestAccountStores.accounts(backend().database()); }

    private static Room draft(Jid address, Jid creator, boolean listed) {
        return new Room(new AccountKey(0), address, creator, new byte[]{ 1, 2, 3 },
                new Settings(true, listed, "A Dark Cave", "<x/>"), "", Instant.EPOCH);
    }

    private static Jid fresh(String domain) { return Jid.of("r" + UUID.randomUUID(), domain, ""); }

    private Room make(Jid address) {
        return rooms().create(draft(address, ROMEO, true), List.of(new Affiliated(ROMEO, "owner", "", "")))
                .orElseThrow();
    }

    @Test default void roomsAreFoundAsTheyWereCreated() {
        var address = fresh("conference.example.com");
        var made = make(address);
        assertThat(made.key().value()).isPositive();
        assertThat(rooms().find(address).orElseThrow()).usingRecursiveComparison().isEqualTo(made);
        assertThat(people().of(made.key())).containsExactly(new Affiliated(ROMEO, "owner", "", ""));
        assertThat(rooms().create(draft(address, ROMEO, true), List.of())).as("the address is in use").isEmpty();
        assertThat(rooms().find(fresh("conference.example.com"))).isEmpty();
        assertThat(accounts().find(address).orElseThrow().enabled()).as("a room cannot log in").isFalse();
    }

    @Test default void configurationSubjectAndAffiliationsAreUpdated() {
        var room = make(fresh("conference.example.com"));
        rooms().configure(room.key(), new Settings(false, false, "Heath", "<y/>"));
        rooms().setSubject(room.key(), "thunder");
        var nurse = Jid.parse("nurse@example.com");
        people().put(room.key(), List.of(new Affiliated(nurse, "outcast", "", "treason"),
                new Affiliated(Jid.parse("mantua.example"), "none", "lark", "")));
        people().put(room.key(), List.of(new Affiliated(nurse, "member", "nurse", "")));
        var found = rooms().find(room.address()).orElseThrow();
        assertThat(found.settings()).isEqualTo(new Settings(false, false, "Heath", "<y/>"));
        assertThat(found.subject()).isEqualTo("thunder");
        assertThat(people().of(room.key())).containsExactlyInAnyOrder(new Affiliated(ROMEO, "owner", "", ""),
                new Affiliated(nurse, "member", "nurse", ""),
                new Affiliated(Jid.parse("mantua.example"), "none", "lark", ""));
        people().put(room.key(), List.of(new Affiliated(ROMEO, "none", "", "")));
        assertThat(people().of(room.key())).extracting(Affiliated::address).doesNotContain(ROMEO);
        var other = make(fresh("conference.example.com"));
        people().put(other.key(), List.of(new Affiliated(nurse, "owner", "", "")));
        people().forget(nurse);
        assertThat(people().of(room.key())).extracting(Affiliated::address).doesNotContain(nurse);
        assertThat(people().of(other.key())).extracting(Affiliated::address).containsExactly(ROMEO);
    }

    @Test default void hatsAreCreatedAssignedAndRemoved() {
        var hats = TestRoomStores.roomHats(backend().database());
        var room = make(fresh("conference.example.com")).key();
        var other = make(fresh("conference.example.com")).key();
        var nurse = Jid.parse("nurse@example.com");
        hats.put(room, "urn:x:host", "Host", "327.255249");
        hats.put(room, "urn:x:scribe", "Scribe", "");
        hats.put(other, "urn:x:host", "Guest", "");
        hats.assign(room, "urn:x:host", nurse);
        hats.assign(room, "urn:x:host", nurse);
        hats.assign(room, "urn:x:host", ROMEO);
        hats.assign(room, "urn:x:nonesuch", nurse);
        hats.put(room, "urn:x:host", "Hostess", "");
        assertThat(hats.of(room)).containsExactly(new RoomHats.Hat("urn:x:host", "Hostess", "", Set.of(nurse, ROMEO)),
                new RoomHats.Hat("urn:x:scribe", "Scribe", "", Set.of()));
        assertThat(hats.of(other)).containsExactly(new RoomHats.Hat("urn:x:host", "Guest", "", Set.of()));
        hats.unassign(room, "urn:x:host", ROMEO);
        hats.assign(other, "urn:x:host", nurse);
        hats.forget(nurse);
        assertThat(hats.of(room)).extracting(RoomHats.Hat::wearers).containsExactly(Set.of(), Set.of());
        hats.assign(room, "urn:x:host", nurse);
        hats.remove(room, "urn:x:host");
        assertThat(hats.of(room)).extracting(RoomHats.Hat::uri).containsExactly("urn:x:scribe");
        accounts().delete(room);
        assertThat(hats.of(room)).isEmpty();
    }

    @Test default void unlistedRoomsAreMissingFromThePublicList() {
        var domain = UUID.randomUUID() + ".example";
        for (String name : List.of("b", "a", "c", "hidden"))
            rooms().create(draft(Jid.of(name, domain, ""), ROMEO, !name.equals("hidden")), List.of()).orElseThrow();
        assertThat(rooms().list(domain, Which.LISTED, "", 2)).extracting(r -> r.address().local()).containsExactly("a",
                "b");
        assertThat(rooms().list(domain, Which.LISTED, "b", 9)).extracting(r -> r.address().local())
                .containsExactly("c");
        assertThat(rooms().list(domain, Which.ALL, "b", 9)).extracting(r -> r.address().local()).containsExactly("c",
                "hidden");
        var passing = rooms().list(domain, Which.ALL, "b", 1).getFirst();
        rooms().configure(passing.key(), new Settings(false, true, "", ""));
        assertThat(rooms().list(domain, Which.TEMPORARY, "", 9)).extracting(Room::address)
                .containsExactly(passing.address());
    }

    @Test default void roomsOfACreatorAreCountedUntilTheirDeletion() {
        var maker = Jid.parse("u" + UUID.randomUUID() + "@example.com");
        var room = rooms().create(draft(fresh("conference.example.com"), maker, true),
                List.of(new Affiliated(maker, "owner", "", ""))).orElseThrow();
        LogContract.write(backend().database(),
                new Write.Append(room.key(), LogContract.entry(7, ROMEO, true, true, "hello")));
        var archive = TestLogStores.archive(backend().database());
        assertThat(rooms().countCreatedBy(maker)).isEqualTo(1);
        assertThat(archive.page(room.key(), Selection.all(), 9, false)).hasSize(1);
        assertThat(accounts().delete(room.key())).isTrue();
        assertThat(rooms().find(room.address())).isEmpty();
        assertThat(people().of(room.key())).isEmpty();
        assertThat(archive.page(room.key(), Selection.all(), 9, false)).isEmpty();
        assertThat(rooms().countCreatedBy(maker)).isZero();
    }
}
