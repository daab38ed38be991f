package im.martlet.conformance.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.clients.SmackTest;
import im.martlet.conformance.harness.LocalServer;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smackx.muc.Affiliate;
import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.muc.MultiUserChatManager;
import org.jivesoftware.smackx.muc.ParticipantStatusListener;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.EntityFullJid;
import org.jxmpp.jid.Jid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;

/** Rooms with a foreign client library. */
class SmackRoomsTest {
    private static final LocalServer SERVER = LocalServer.shared();

    private static XMPPTCPConnection login(String name) throws Exception {
        return SmackTest.login(SERVER.account(name));
    }

    private static MultiUserChat chat(XMPPTCPConnection connection, String room) throws Exception {
        return MultiUserChatManager.getInstanceFor(connection)
                .getMultiUserChat(JidCreate.entityBareFrom(room + "@conference.localhost"));
    }

    @Test void aClientConfiguresEntersUsesAndModeratesARoom() throws Exception {
        var crone = login("crone");
        var hag = login("hag");
        var cave = chat(crone, "smack-cave");
        var form = cave.create(Resourcepart.from("firstwitch")).getConfigFormManager();
        form.setMembersOnly(false).setRoomOwners(java.util.List.of(crone.getUser().asBareJid()))
                .submitConfigurationForm();
        var info = MultiUserChatManager.getInstanceFor(hag)
                .getRoomInfo(JidCreate.entityBareFrom("smack-cave@conference.localhost"));
        assertThat(info.isMembersOnly()).isFalse();
        assertThat(info.getOccupantsCount()).isEqualTo(1);

        var events = new LinkedBlockingQueue<String>();
        cave.addParticipantStatusListener(new ParticipantStatusListener() {
            @Override public void joined(EntityFullJid occupant) { events.add("joined " + occupant.getResourcepart()); }

            @Override public void nicknameChanged(EntityFullJid occupant, Resourcepart nick) {
                events.add("renamed " + nick);
            }

            @Override public void moderatorGranted(EntityFullJid occupant) {
                events.add("moderator " + occupant.getResourcepart());
            }

            @Override public void banned(EntityFullJid occupant, Jid actor, String reason) {
                events.add("banned " + occupant.getResourcepart() + " " + reason);
            }
        });
        var guest = chat(hag, "smack-cave");
        var messages = new LinkedBlockingQueue<Message>();
        guest.addMessageListener(messages::add);
        guest.join(Resourcepart.from("thirdwitch"));
        assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo("joined thirdwitch");
        assertThat(guest.getOccupantsCount()).isEqualTo(2);

        cave.sendMessage("thrice the brinded cat hath mew'd");
        Message message;
        do message = messages.poll(20, TimeUnit.SECONDS); while (message != null && message.getBody() == null);
        assertThat(message).isNotNull();
        assertThat(message.getBody()).isEqualTo("thrice the brinded cat hath mew'd");
        assertThat(message.getFrom().toString()).isEqualTo("smack-cave@conference.localhost/firstwitch");

        guest.changeNickname(Resourcepart.from("oldhag"));
        assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo("renamed oldhag");
        cave.grantModerator(Resourcepart.from("oldhag"));
        while (!"moderator oldhag".equals(events.poll(20, TimeUnit.SECONDS))) {}
        cave.changeSubject("toads");
        cave.revokeModerator(Resourcepart.from("oldhag"));
        cave.banUser(hag.getUser().asBareJid(), "treason");
        String last;
        do last = events.poll(20, TimeUnit.SECONDS); while (last != null && !last.startsWith("banned"));
        assertThat(last).isEqualTo("banned oldhag treason");
        assertThat(cave.getOutcasts()).extracting(Affiliate::getJid).containsExactly(hag.getUser().asBareJid());
        assertThat(guest.isJoined()).isFalse();
        cave.destroy("curfew", null);
        crone.disconnect();
        hag.disconnect();
    }
}
