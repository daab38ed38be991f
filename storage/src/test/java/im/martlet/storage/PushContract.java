package im.martlet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.storage.account.TestAccountStores;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Outbox;
import im.martlet.storage.log.TestLogStores;
import im.martlet.storage.push.PushDevices;
import im.martlet.storage.push.PushDevices.Acceptance;
import im.martlet.storage.push.PushDevices.Device;
import im.martlet.storage.push.PushDevices.Subscription;
import im.martlet.storage.push.PushServices.Health;
import im.martlet.storage.push.PushServices.PushRegistration;
import im.martlet.storage.push.PushServices.Service;
import im.martlet.storage.push.TestPushStores;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The stores of push services and devices, on every database. */
interface PushContract {
    Backend backend();

    Instant THEN = Instant.parse("2026-11-25T12:00:00Z");
    Jid SERVICE = Jid.parse("push.example");
    Jid GATEWAY = Jid.parse("push.localhost");

    private static PushRegistration registration(String node, String options) {
        return new PushRegistration(SERVICE, node, options, "phone");
    }

    private static List<String> nodes(List<Service> all) {
        return all.stream().map(s -> s.registration().node()).toList();
    }

    @Test default void reenabledServicesAreRenewedAndTheOldestBeyondTheLimitDeleted() {
        var services = TestPushStores.pushServices(backend().database());
        var accounts = TestAccountStores.accounts(backend().database());
        var jid = Jid.parse("p" + UUID.randomUUID() + "@localhost");
        var account = accounts.create(jid, List.of()).orElseThrow().key();
        services.enable(account, registration("a", ""), THEN, 3);
        services.enable(account, registration("b", "<x/>"), THEN.plusSeconds(1), 3);
        var a = services.list(account).getFirst();
        assertThat(a.owner()).isEqualTo(jid);
        assertThat(a.health()).isEqualTo(Health.GOOD);
        var bad = new Health(Optional.of(THEN.plusSeconds(60)), Optional.of(THEN), 3, "forbidden");
        services.note(a, bad);
        assertThat(services.find(a.id()).orElseThrow().health()).isEqualTo(bad);
        assertThat(services.find(a.id()).orElseThrow().isDisabled(THEN)).isTrue();
        assertThat(services.find(a.id()).orElseThrow().isDisabled(THEN.plusSeconds(60))).isFalse();
        services.enable(account, registration("a", "<y/>"), THEN.plusSeconds(2), 3);
        assertThat(services.list(account).getFirst())
                .isEqualTo(
                        new Service(a.id(), account, jid, registration("a", "<y/>"), THEN.plusSeconds(2), Health.GOOD));
        services.note(a, bad); // for the service before its renewal
        assertThat(services.remove(a)).isFalse();
        assertThat(services.find(a.id()).orElseThrow().health()).isEqualTo(Health.GOOD);
        services.enable(account, registration("c", ""), THEN.plusSeconds(3), 3);
        services.enable(account, registration("d", ""), THEN.plusSeconds(4), 3);
        assertThat(nodes(services.list(account))).containsExactly("a", "c", "d");
        assertThat(services.disable(account, SERVICE, Optional.of("c"))).isEqualTo(1);
        assertThat(services.disable(account, Jid.parse("other.example"), Optional.empty())).isZero();
        var last = services.list(account).getLast();
        assertThat(services.remove(last)).isTrue();
        assertThat(services.remove(last)).as("the service is gone already").isTrue();
        assertThat(nodes(services.list(account))).containsExactly("a");
        accounts.delete(account);
        assertThat(services.find(a.id())).isEmpty();
    }

    @Test default void publicationsForADeviceAreAcceptedOnceAndWithinTheLimit() {
        var devices = TestPushStores.pushDevices(backend().database());
        var outbox = TestLogStores.outbox(backend().database());
        var owner = Jid.parse("d" + UUID.randomUUID() + "@localhost");
        for (int i = 0; i < 3; i++) devices.register(new Device(0, owner.local().substring(0, 30) + i, "secret",
                GATEWAY, owner, new Subscription("https://push.example/" + i, "key", "auth"), THEN.plusSeconds(i)), 2);
        assertThat(devices.of(owner)).extracting(d -> d.subscription().endpoint())
                .containsExactly("https://push.example/1", "https://push.example/2");
        var device = devices.of(owner).getLast();
        assertThat(devices.at(GATEWAY, device.node())).contains(device);
        assertThat(devices.at(Jid.parse("push.other.example"), device.node())).isEmpty();
        long entry = LogId.first(THEN);
        assertThat(devices.accept(device, "one", entry, "note", 2)).isEqualTo(Acceptance.ACCEPTED);
        assertThat(devices.accept(device, "one", entry + 1, "note", 2)).isEqualTo(Acceptance.KNOWN);
        assertThat(devices.accept(device, "", entry + 2, "", 2)).isEqualTo(Acceptance.ACCEPTED);
        assertThat(devices.accept(device, "three", entry + 3, "", 2)).isEqualTo(Acceptance.FULL);
        var waiting = outbox.due(PushDevices.CONSUMER, THEN, Set.of(), 1000).stream()
                .filter(i -> i.addressee() == device.id()).toList();
        assertThat(waiting).extracting(Outbox.Item::entry).containsExactly(entry, entry + 2);
        assertThat(waiting.getFirst().note()).isEqualTo("note");
        assertThat(outbox.due(PushDevices.CONSUMER, THEN, Set.of(device.id()), 1000))
                .noneMatch(i -> i.addressee() == device.id());
        waiting.forEach(outbox::done);
        assertThat(devices.accept(device, "one", entry + 4, "note", 2)).as("the item is known although it was sent")
                .isEqualTo(Acceptance.KNOWN);
        devices.forget(THEN.plusSeconds(1));
        assertThat(devices.accept(device, "one", entry + 5, "note", 2)).isEqualTo(Acceptance.ACCEPTED);
        devices.remove(device.id());
        assertThat(devices.find(device.id())).isEmpty();
        assertThat(outbox.count(PushDevices.CONSUMER, device.id())).isZero();
    }
}
