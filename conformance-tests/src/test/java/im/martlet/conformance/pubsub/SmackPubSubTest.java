package im.martlet.conformance.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.martlet.address.Jid;
import im.martlet.conformance.clients.SmackTest;
import im.martlet.conformance.harness.LocalServer;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.XMPPException;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smackx.bookmarks.BookmarkManager;
import org.jivesoftware.smackx.pep.PepManager;
import org.jivesoftware.smackx.pubsub.AccessModel;
import org.jivesoftware.smackx.pubsub.Item;
import org.jivesoftware.smackx.pubsub.ItemPublishEvent;
import org.jivesoftware.smackx.pubsub.LeafNode;
import org.jivesoftware.smackx.pubsub.PayloadItem;
import org.jivesoftware.smackx.pubsub.PubSubManager;
import org.jivesoftware.smackx.pubsub.SimplePayload;
import org.jivesoftware.smackx.pubsub.listener.ItemEventListener;
import org.jivesoftware.smackx.usertune.UserTuneManager;
import org.jivesoftware.smackx.usertune.element.UserTuneElement;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;

/** Publish-subscribe with a foreign client library, at the service and at a user's own account. */
class SmackPubSubTest {
    private static final LocalServer SERVER = LocalServer.shared();

    private static PayloadItem<SimplePayload> item(String id, String text) {
        return new PayloadItem<>(id, new SimplePayload("<entry xmlns='urn:example:entry'>" + text + "</entry>"));
    }

    private static PubSubManager service(XMPPConnection connection) throws Exception {
        return PubSubManager.getInstanceFor(connection, JidCreate.domainBareFrom("pubsub.localhost"));
    }

    @Test void aClientFindsTheServiceAndCreatesUsesAndDeletesANode() throws Exception {
        var alice = SmackTest.login(SERVER.account("alice"));
        var bob = SmackTest.login(SERVER.account("bob"));
        assertThat(PubSubManager.getPubSubService(alice).toString()).isEqualTo("pubsub.localhost");
        assertThat(service(alice).canCreateNodesAndPublishItems()).isTrue();
        var form = service(alice).getDefaultConfiguration().getFillableForm();
        form.setTitle("News");
        form.setAccessModel(AccessModel.open);
        form.setMaxItems(3);
        var node = (LeafNode) service(alice).createNode("news-" + alice.getUser().getLocalpart(), form);
        assertThat(node.getNodeConfiguration().getMaxItems()).isEqualTo(3);

        var theirs = service(bob).getLeafNode(node.getId());
        var received = new LinkedBlockingQueue<String>();
        theirs.addItemEventListener(new ItemEventListener<Item>() {
            @Override public void handlePublishedItems(ItemPublishEvent<Item> event) {
                event.getItems().forEach(i -> received.add(i.getId()));
            }
        });
        theirs.subscribe(bob.getUser());
        for (String id : List.of("a", "b", "c", "d")) node.publish(item(id, id));
        for (String id : List.of("a", "b", "c", "d")) assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(id);
        List<PayloadItem<SimplePayload>> kept = theirs.getItems();
        assertThat(kept).extracting(Item::getId).containsExactlyInAnyOrder("b", "c", "d");
        assertThat(theirs.discoverInfo().hasIdentity("pubsub", "leaf")).isTrue();
        assertThat(service(bob).getSubscriptions()).hasSize(1);

        assertThatThrownBy(() -> theirs.publish(item("x", "x"))).isInstanceOfSatisfying(
                XMPPException.XMPPErrorException.class,
                e -> assertThat(e.getStanzaError().getCondition()).isEqualTo(StanzaError.Condition.forbidden));
        node.deleteItem("b");
        assertThat(theirs.getItems(List.of("b"))).isEmpty();
        node.deleteAllItems();
        assertThat(theirs.getItems()).isEmpty();
        service(alice).deleteNode(node.getId());
        assertThatThrownBy(theirs::discoverInfo).isInstanceOfSatisfying(XMPPException.XMPPErrorException.class,
                e -> assertThat(e.getStanzaError().getCondition()).isEqualTo(StanzaError.Condition.item_not_found));
        alice.disconnect();
        bob.disconnect();
    }

    @Test void aTuneReachesTheOtherDeviceAndIsStored() throws Exception {
        Jid account = SERVER.account("alice");
        var phone = SmackTest.login(account);
        var laptop = SmackTest.login(account);
        assertThat(PepManager.getInstanceFor(phone).isSupported()).isTrue();
        var received = new LinkedBlockingQueue<String>();
        UserTuneManager.getInstanceFor(laptop)
                .addUserTuneListener((from, tune, _, _) -> received.add(from + " " + tune.getTitle()));
        UserTuneManager.getInstanceFor(phone).publishUserTune(
                UserTuneElement.getBuilder().setTitle("Introduction").setArtist("Gerald Finzi").build());
        assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(account + " Introduction");
        LeafNode node =
                PepManager.getInstanceFor(phone).getPepPubSubManager().getLeafNode(UserTuneManager.USERTUNE_NODE);
        assertThat(node.getItems(1)).hasSize(1);
        phone.disconnect();
        laptop.disconnect();
    }

    @Test void bookmarksOfAnOldClientAreAlsoSeparateItems() throws Exception {
        var alice = SmackTest.login(SERVER.account("alice"));
        var bookmarks = BookmarkManager.getBookmarkManager(alice);
        bookmarks.addBookmarkedConference("The Play", JidCreate.entityBareFrom("play@rooms.example"), true,
                Resourcepart.from("JC"), null);
        bookmarks.addBookmarkedURL("http://example.org/", "Web", false);
        LeafNode node = PepManager.getInstanceFor(alice).getPepPubSubManager().getLeafNode("urn:xmpp:bookmarks:1");
        List<PayloadItem<?>> items = node.getItems();
        assertThat(items).hasSize(1);
        assertThat(items.getFirst().getId()).isEqualTo("play@rooms.example");
        node.deleteItem("play@rooms.example");
        assertThat(bookmarks.getBookmarkedURLs()).hasSize(1);
        alice.disconnect();
    }
}
