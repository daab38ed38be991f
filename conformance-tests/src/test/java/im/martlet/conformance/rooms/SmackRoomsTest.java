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

/** Rooms, as a client library of somebody else knows them. */
class SmackRoomsTest {
    private static final LocalServer SERVER = LocalServer.shared();

    private static XMPPTCPConnection login(String name) throws Exception {
        return SmackTest.login(SERVER.account(name));
    }

    private static MultiUserChat chat(XMPPTCPConnection connection, String room) throws Exception {
        return MultiUserChatManager.getInstanceFor(connection)
                .getMultiUserChat(JidCreate.entityBareFrom(room + "@conference.localhost"));
    }

    @Test void aRoomIsConfiguredEnteredSpokenInAndRuled() throws Exception {
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

        var ruled = new LinkedBlockingQueue<String>();
        cave.addParticipantStatusListener(new ParticipantStatusListener() {
            @Override public void joined(EntityFullJid who) { ruled.add("joined " + who.getResourcepart()); }

            @Override public void nicknameChanged(EntityFullJid who, Resourcepart nick) {
                ruled.add("renamed " + nick);
            }

            @Override public void moderatorGranted(EntityFullJid who) {
                ruled.add("moderator " + who.getResourcepart());
            }

            @Override public void banned(EntityFullJid who, Jid actor, String reason) {
                ruled.add("banned " + who.getResourcepart() + " " + reason);
            }
        });
        var guest = chat(hag, "smack-cave");
        var heard = new LinkedBlockingQueue<Message>();
        guest.addMessageListener(heard::add);
        guest.join(Resourcepart.from("thirdwitch"));
        assertThat(ruled.poll(20, TimeUnit.SECONDS)).isEqualTo("joined thirdwitch");
        assertThat(guest.getOccupantsCount()).isEqualTo(2);

        cave.sendMessage("thrice the brinded cat hath mew'd");
        Message said;
        do said = heard.poll(20, TimeUnit.SECONDS); while (said != null && said.getBody() == null);
        assertThat(said).isNotNull();
        assertThat(said.getBody()).isEqualTo("thrice the brinded cat hath mew'd");
        assertThat(said.getFrom().toString()).isEqualTo("smack-cave@conference.localhost/firstwitch");

        guest.changeNickname(Resourcepart.from("oldhag"));
        assertThat(ruled.poll(20, TimeUnit.SECONDS)).isEqualTo("renamed oldhag");
        cave.grantModerator(Resourcepart.from("oldhag"));
        while (!"moderator oldhag".equals(ruled.poll(20, TimeUnit.SECONDS))) {}
        cave.changeSubject("toads");
        cave.revokeModerator(Resourcepart.from("oldhag"));
        cave.banUser(hag.getUser().asBareJid(), "treason");
        String last;
        do last = ruled.poll(20, TimeUnit.SECONDS); while (last != null && !last.startsWith("banned"));
        assertThat(last).isEqualTo("banned oldhag treason");
        assertThat(cave.getOutcasts()).extracting(Affiliate::getJid).containsExactly(hag.getUser().asBareJid());
        assertThat(guest.isJoined()).isFalse();
        cave.destroy("curfew", null);
        crone.disconnect();
        hag.disconnect();
    }
}
