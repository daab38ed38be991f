package im.martlet.extensions.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.stanza.Message;
import im.martlet.storage.Affiliations;
import im.martlet.storage.Items;
import im.martlet.storage.Nodes;
import im.martlet.storage.Subscriptions;
import im.martlet.storage.Subscriptions.Status;
import im.martlet.storage.Subscriptions.Subscription;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A notification is written once, however many it is for. */
class NotifierTest {
    private static final int MANY = 10_000;

    @SuppressWarnings("unchecked")
    private static <T> T store(Class<T> type, Map<String, Object> answers) {
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, _) -> {
            if (!answers.containsKey(method.getName())) throw new AssertionError("nobody need ask for " + method);
            return answers.get(method.getName());
        });
    }

    private static Subscription subscription(int i) { return new Subscription(Jid.parse("s" + i + "@example.org"), "id" + i, Status.SUBSCRIBED, ""); }

    @Test void everySubscriberIsSentTheSamePayloadAndTheDatabaseIsAskedTwice() {
        var stores = new Stores(store(Nodes.class, Map.of()), store(Items.class, Map.of()), store(Affiliations.class, Map.of("all", Map.of())),
                store(Subscriptions.class, Map.of("all", IntStream.range(0, MANY).mapToObj(NotifierTest::subscription).toList())));
        var sent = new ArrayList<Message>();
        var place = store(Place.class, Map.of("jid", Jid.parse("pubsub.example.org"), "standing", new im.martlet.extensions.pubsub.rules.Standing(Affiliations.Affiliation.NONE, false, java.util.Set.of(), false)));
        var recording = (Place) Proxy.newProxyInstance(Place.class.getClassLoader(), new Class<?>[] {Place.class}, (_, method, arguments) -> {
            if (method.getName().equals("send")) return sent.add((Message) arguments[0]) ? null : null;
            return method.getName().equals("tellInterested") ? null : method.invoke(place, arguments);
        });
        var node = new Nodes.Node(1, "n", "", Jid.parse("owner@example.org"), Instant.now(), 1, 1);
        new Notifier(stores).published(recording, node, NodeConfig.STANDARD, List.of(new Items.Item("a", Jid.parse("owner@example.org"), 1, "<x xmlns='urn:x'/>")));
        assertThat(sent).hasSize(MANY).extracting(Message::to).doesNotHaveDuplicates();
        assertThat(sent).allSatisfy(m -> assertThat(m.payload()).isSameAs(sent.getFirst().payload()));
    }
}
