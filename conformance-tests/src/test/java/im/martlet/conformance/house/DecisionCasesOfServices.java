package im.martlet.conformance.house;

import static im.martlet.conformance.house.DecisionCases.error;
import static im.martlet.conformance.house.DecisionScene.chat;
import static im.martlet.conformance.house.DecisionScene.message;
import static im.martlet.stanza.Decision.DROPPED;
import static im.martlet.stanza.Decision.HELD_BACK;
import static im.martlet.stanza.Decision.NOT_ARCHIVED;
import static im.martlet.stanza.Decision.NOT_PUSHED;
import static im.martlet.stanza.Decision.REFUSED;

import im.martlet.conformance.harness.Dialogue;
import im.martlet.conformance.harness.DialoguePlayer;
import im.martlet.conformance.harness.DialogueServers;
import im.martlet.conformance.harness.StreamTransport;
import im.martlet.conformance.house.DecisionCases.Case;
import im.martlet.conformance.house.DecisionCases.Script;
import im.martlet.conformance.house.DecisionCases.Site;
import im.martlet.stanza.Decision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The cases of {@link DecisionLogTest} about push, rooms, publish-subscribe and remote servers. */
final class DecisionCasesOfServices {
    private static final String BODY = "<body>Wherefore art thou</body>";
    private static final String AT = " (push service " + DecisionScene.PUSH_SERVICE + ")";
    private static final String TYPING = "<composing xmlns='http://jabber.org/protocol/chatstates'/>";
    private static final String GROUPCHAT = message("groupchat", "{room}", BODY);

    private DecisionCasesOfServices() {}

    static List<Case> all() {
        return Stream.of(push(), pushServices(), missedInRooms(), rooms(), others()).flatMap(List::stream).toList();
    }

    private static List<Case> push() {
        return List.of(
                new Case("no device has enabled push", NOT_PUSHED, "the account has enabled no push service",
                        s -> s.send("romeo", chat("juliet", BODY))),
                new Case("a message is not urgent", NOT_PUSHED,
                        "the message has no content for a user, or must not be stored",
                        s -> s.away("juliet/phone").send("romeo", chat("juliet", TYPING))),
                new Case("an account sends to itself", NOT_PUSHED, "the account itself sent the message",
                        s -> s.away("juliet/phone").send("juliet/desk", chat("juliet", BODY))),
                new Case("the device is in use", NOT_PUSHED, "the device is connected and in use" + AT,
                        s -> s.enablePush("juliet/phone").available("juliet/phone")
                                .send("romeo", chat("juliet", BODY))),
                new Case("another device is in use", HELD_BACK,
                        "another device is in use and has time to show the message first" + AT,
                        s -> s.away("juliet/phone").available("juliet/desk").send("romeo", chat("juliet", BODY))),
                new Case("a device joins a room with history", NOT_PUSHED,
                        "the message is history of the room, from before the device joined",
                        s -> s.create("romeo").send("romeo", GROUPCHAT).enablePush("juliet").enter("juliet")),
                new Case("a connection is lost twice with the same message", NOT_PUSHED,
                        "the device was already notified of the message" + AT,
                        s -> {
                            s.enablePush("juliet/phone").managed("juliet/phone").available("juliet/phone");
                            s.send("romeo", chat("juliet", BODY)).detach("juliet/phone");
                            s.server().login(s.account("juliet"), "phone").close();
                        }),
                new Case("the push service ends a registration", DROPPED,
                        "the message ended a registration at a push service",
                        s -> {
                            s.enablePush("juliet");
                            s.endRegistration("juliet");
                        }));
    }

    /** Lets the push service refuse the notification of a message as often as given. */
    private static Script refusing(int times, String type, String condition) {
        return s -> {
            try (var service = s.pushService()) {
                s.away("juliet/phone").send("romeo", chat("juliet", BODY));
                for (int i = 0; i < times; i++) service.refuse(s.notification(service), type, condition);
            }
            s.send("romeo", chat("juliet", BODY));
        };
    }

    private static List<Case> pushServices() {
        return List.of(
                new Case("the push service refuses", HELD_BACK,
                        "the push service refused the notification: forbidden" + AT, refusing(1, "auth", "forbidden")),
                new Case("the push service is busy", HELD_BACK, "the push service is busy: resource-constraint" + AT,
                        refusing(1, "wait", "resource-constraint")),
                new Case("the push service does not know the device", NOT_PUSHED,
                        "the push service does not know the device: item-not-found" + AT,
                        refusing(1, "cancel", "item-not-found")),
                new Case("the push service refuses three times", NOT_PUSHED,
                        "the registration is disabled after errors of the push service" + AT,
                        refusing(3, "auth", "forbidden")),
                new Case("the push service has no connection", HELD_BACK,
                        "the push service could not be reached: service-unavailable…" + AT,
                        s -> s.away("juliet/phone").send("romeo", chat("juliet", BODY))),
                new Case("the push service had no connection a moment ago", HELD_BACK,
                        "the push service could not be reached; next attempt …" + AT,
                        s -> {
                            for (String name : List.of("juliet", "paris", "tybalt"))
                                s.away(name + "/phone").send("romeo", chat(name, BODY));
                        }),
                new Case("the user answers before the notification", NOT_PUSHED,
                        "the user answered or displayed the message" + AT,
                        s -> s.away("juliet/phone").send("romeo", chat("juliet", BODY))
                                .send("juliet/desk", chat("romeo", BODY))),
                new Case("another device publishes that the message was displayed", NOT_PUSHED,
                        "the user displayed the message on another device" + AT,
                        s -> displayed(s.away("juliet/phone").send("romeo", chat("juliet", BODY)))),
                new Case("the device disables push before the notification", NOT_PUSHED,
                        "the registration at the push service has ended",
                        s -> s.away("juliet/phone").send("romeo", chat("juliet", BODY)).ask("juliet/desk",
                                "<iq type='set'><disable xmlns='urn:xmpp:push:0' jid='app.localhost'/></iq>")));
    }

    /** Lets Juliet publish that she has read up to the last message in her archive (XEP-0490). */
    private static void displayed(DecisionScene s) throws Exception {
        s.client("juliet/desk").send("<iq type='set' id='a'><query xmlns='urn:xmpp:mam:2'/></iq>");
        var id = s.until("juliet/desk", "<result ").replaceAll("(?s).*<result [^>]*\\bid='([^']+)'.*", "$1");
        s.ask("juliet/desk", "<iq type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish "
                + "node='urn:xmpp:mds:displayed:0'><item id='{romeo}'><displayed xmlns='urn:xmpp:mds:displayed:0'>"
                + "<stanza-id xmlns='urn:xmpp:sid:0' by='{juliet}' id='" + id
                + "'/></displayed></item></publish></pubsub></iq>");
    }

    /** Sends a message to a room that Juliet is a member of and not in. */
    private static Script toMember(String content) {
        return s -> s.create("romeo").administer("romeo", "<item jid='{juliet}' affiliation='member'/>")
                .send("romeo", message("groupchat", "{room}", content));
    }

    private static Script toMemberWithPush(String bookmark) {
        return s -> {
            s.enablePush("juliet/phone");
            if (!bookmark.isEmpty()) s.ask("juliet/phone",
                    "<iq type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish "
                            + "node='urn:xmpp:bookmarks:1'><item id='{room}'><conference xmlns='urn:xmpp:bookmarks:1'>"
                            + "<extensions><notify xmlns='urn:xmpp:notification-settings:1'>" + bookmark
                            + "</notify></extensions></conference></item></publish></pubsub></iq>");
            s.end("juliet/phone");
            toMember(BODY).play(s);
        };
    }

    private static List<Case> missedInRooms() {
        return List.of(
                new Case("a message without content goes to a room", NOT_PUSHED,
                        "the message has no content that is worth a notification", toMember(TYPING)),
                new Case("an absent member has not enabled push", NOT_PUSHED,
                        "the account has enabled no push service", toMember(BODY)),
                new Case("a message to a public room does not mention the absent member", NOT_PUSHED,
                        "the account wants notifications of this room only on mention, and is not mentioned",
                        toMemberWithPush("")),
                new Case("a bookmark mutes the room", NOT_PUSHED,
                        "the account's bookmark turns notifications of this room off", toMemberWithPush("<never/>")),
                new Case("an absent member has a remote account", NOT_PUSHED,
                        "the absent member has an account on another server",
                        s -> s.create("romeo")
                                .administer("romeo", "<item jid='nurse@far.example' affiliation='member'/>")
                                .send("romeo", GROUPCHAT)),
                new Case("the admin disables push", Site.RESTRICTED, NOT_PUSHED,
                        "push is off ('enabled' in [push])", toMember(BODY)));
    }

    private static List<Case> rooms() {
        return List.of(
                new Case("an occupant sends a private message", NOT_ARCHIVED,
                        "the message is a private message in a room",
                        s -> s.create("romeo").enter("juliet").send("romeo", message("chat", "{room}/juliet", BODY))),
                new Case("an occupant is typing", NOT_ARCHIVED, "the content of the message is not history",
                        s -> s.create("romeo").send("romeo", message("groupchat", "{room}", TYPING))),
                new Case("the admin disables archives of rooms", Site.RESTRICTED, NOT_ARCHIVED,
                        "this server keeps no archives", s -> s.create("romeo").send("romeo", GROUPCHAT)),
                new Case("an occupant sends a response without a request", DROPPED,
                        "the response belongs to no open request of an occupant",
                        s -> s.create("romeo").send("romeo", "<iq type='result' id='q' to='{room}/romeo'/>")),
                new Case("an occupant sends an error that answers nothing", DROPPED,
                        "the error does not mean that an occupant's device is gone",
                        s -> s.create("romeo").send("romeo", message("error", "{room}", error("bad-request")))),
                new Case("an occupant sends an error presence that answers nothing", DROPPED,
                        "the error does not mean that an occupant's device is gone",
                        s -> s.create("romeo").send("romeo",
                                "<presence type='error' to='{room}/romeo'>" + error("bad-request") + "</presence>")),
                new Case("the author of a private message leaves before its error", DROPPED,
                        "the author or the target of the private message has left the room",
                        s -> s.create("romeo").enter("juliet").send("romeo", message("chat", "{room}/juliet", BODY))
                                .send("romeo", "<presence type='unavailable' to='{room}/romeo'/>")
                                .send("juliet", message("error", "{room}/romeo", error("service-unavailable")))),
                new Case("a client leaves a room that it is not in", DROPPED,
                        "the sender of the unavailable presence is not in the room",
                        s -> s.create("romeo").send("juliet", "<presence type='unavailable' to='{room}/juliet'/>")),
                new Case("a client leaves a room that does not exist", DROPPED, "the room does not exist",
                        s -> s.send("romeo", "<presence type='unavailable' to='{room}/romeo'/>")),
                new Case("an error message is for a room that does not exist", DROPPED, "the room does not exist",
                        s -> s.send("romeo", message("error", "{room}", error("item-not-found")))),
                new Case("a client asks for the presence of a room", DROPPED, "a room has no presence subscriptions",
                        s -> s.create("romeo").send("romeo", "<presence type='probe' to='{room}'/>")),
                new Case("a presence is for the domain of rooms", DROPPED,
                        "the domain of rooms takes neither presence nor responses",
                        s -> s.send("romeo", "<presence to='conference.localhost'/>")),
                new Case("a moderator grants voice to a participant", DROPPED, "the occupant has voice already",
                        voice("true")),
                new Case("a moderator denies voice", DROPPED, "the moderator grants no voice", voice("false")));
    }

    private static Script voice(String allow) {
        return s -> s.create("romeo").enter("juliet").send("romeo", message("normal", "{room}",
                "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                        + "<value>http://jabber.org/protocol/muc#request</value></field>"
                        + "<field var='muc#roomnick'><value>juliet</value></field>"
                        + "<field var='muc#request_allow'><value>" + allow + "</value></field></x>"));
    }

    private static List<Case> others() {
        return List.of(
                new Case("an error is for the publish-subscribe service", DROPPED,
                        "a publish-subscribe service does not answer errors",
                        s -> s.send("romeo", message("error", "pubsub.localhost", error("item-not-found")))),
                new Case("a presence is for the publish-subscribe service", DROPPED,
                        "a publish-subscribe service takes no presence and no IQ responses",
                        s -> s.send("romeo", "<presence to='pubsub.localhost'/>")),
                dialogue("xep-0060-6-subscribers", DROPPED,
                        "the subscription has expired, or its options turn delivery off"),
                new Case("a node is closed to a subscriber", DROPPED, "the subscriber may not read the node",
                        DecisionCasesOfServices::closedNode),
                dialogue("xep-0060-9-accounts", DROPPED,
                        "the server applied the decision about a subscription that it contains"),
                new Case("a component is not connected", REFUSED, "app.localhost is not connected",
                        s -> s.send("romeo", message("chat", "app.localhost", BODY))),
                new Case("federation is off", REFUSED, "federation is switched off",
                        s -> s.send("romeo", message("chat", "juliet@far.example", BODY))),
                new Case("the first message goes to a remote server", Site.FEDERATED, HELD_BACK,
                        "no stream to the remote server is open yet",
                        s -> s.send("romeo", message("chat", "juliet@first.example", BODY))),
                dialogue("xep-0410-rejoin", DROPPED, "it answers a ping that the server sent",
                        "the server rejoins the room for the client"));
    }

    private static void closedNode(DecisionScene s) throws Exception {
        String service = "<iq type='set' to='pubsub.localhost'><pubsub xmlns='http://jabber.org/protocol/pubsub";
        s.ask("romeo", service + "'><create node='{room}'/></pubsub></iq>")
                .ask("juliet", service + "'><subscribe node='{room}' jid='{juliet}'/></pubsub></iq>")
                .ask("romeo", service + "#owner'><configure node='{room}'><x xmlns='jabber:x:data' type='submit'>"
                        + "<field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#node_config</value></field>"
                        + "<field var='pubsub#access_model'><value>whitelist</value></field></x></configure>"
                        + "</pubsub></iq>")
                .ask("romeo", service + "'><publish node='{room}'><item><x xmlns='urn:example:x'/></item></publish>"
                        + "</pubsub></iq>");
    }

    /** Returns a case that plays a dialogue, with remote domains that no other test uses. */
    private static Case dialogue(String name, Decision decision, String... reasons) {
        return new Case("dialogue " + name, Site.STANDARD, decision, List.of(reasons), s -> {
            s.ignoreAccounts();
            var copy = Files.createTempFile(name, ".txt");
            var text = Files.readString(Path.of("src/test/resources/dialogues", name + ".txt"));
            var dialogue = Dialogue.read(Files.writeString(copy, text.replace("mantua-", "decisions-")));
            Files.delete(copy);
            boolean onlyClients = dialogue.kinds().values().stream().allMatch(Dialogue.Kind.CLIENT::equals);
            var player = new DialoguePlayer(dialogue,
                    onlyClients ? DialogueServers.ofClients() : DialogueServers.ofServers(), StreamTransport.TCP);
            for (var line : dialogue.lines()) player.play(line);
            player.end();
        });
    }
}
