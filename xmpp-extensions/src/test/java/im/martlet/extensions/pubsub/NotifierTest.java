package im.martlet.extensions.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.stanza.Message;
import im.martlet.storage.pubsub.NodeAffiliations;
import im.martlet.storage.pubsub.NodeItems;
import im.martlet.storage.pubsub.NodeSubscriptions;
import im.martlet.storage.pubsub.NodeSubscriptions.Status;
import im.martlet.storage.pubsub.NodeSubscriptions.Subscription;
import im.martlet.storage.pubsub.Nodes;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A notification is written once for all its recipients. */
class NotifierTest {
    private static final int MANY = 10_000;

    @SuppressWarnings("unchecked") private static <T> T store(Class<T> type, Map<String, Object> answers) {
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{ type }, (_, method, _) -> {
            if (!answers.containsKey(method.getName())) throw new AssertionError("unexpected query: " + method);
            return answers.get(method.getName());
        });
    }

    private static Subscription subscription(int i) {
        return new Subscription(Jid.parse("s" + i + "@example.org"), "id" + i, Status.SUBSCRIBED, "");
    }

    @Test void allSubscribersShareOnePayload() {
        var stores = new PubSubStores(store(Nodes.class, Map.of()), store(NodeItems.class, Map.of()),
                store(NodeAffiliations.class, Map.of("all", Map.of())),
                store(NodeSubscriptions.class,
                        Map.of("all", IntStream.range(0, MANY).mapToObj(NotifierTest::subscription).toList())));
        var sent = new ArrayList<Message>();
        var host = store(PubSubHost.class,
                Map.of("jid", Jid.parse("pubsub.example.org"), "relationOf",
                        new im.martlet.extensions.pubsub.rules.NodeRelation(NodeAffiliations.Affiliation.NONE, false,
                                java.util.Set.of(), false)));
        var recording = (PubSubHost) Proxy.newProxyInstance(PubSubHost.class.getClassLoader(),
                new Class<?>[]{ PubSubHost.class }, (_, method, arguments) -> {
                    if (method.getName().equals("send")) return sent.add((Message) arguments[0]) ? null : null;
                    return method.getName().equals("notifyInterested") ? null : method.invoke(host, arguments);
                });
        var node = new Nodes.Node(1, "n", "", Jid.parse("owner@example.org"), Instant.now(), 1, 1);
        new Notifier(stores).published(recording, node, NodeConfig.STANDARD,
                List.of(new NodeItems.Item("a", Jid.parse("owner@example.org"), 1, "<x xmlns='urn:x'/>")));
        assertThat(sent).hasSize(MANY).extracting(Message::to).doesNotHaveDuplicates();
        assertThat(sent).allSatisfy(m -> assertThat(m.payload()).isSameAs(sent.getFirst().payload()));
    }
}
