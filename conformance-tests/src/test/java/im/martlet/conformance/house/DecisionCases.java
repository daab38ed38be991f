package im.martlet.conformance.house;

import static im.martlet.conformance.house.DecisionScene.chat;
import static im.martlet.conformance.house.DecisionScene.message;
import static im.martlet.stanza.Decision.DROPPED;
import static im.martlet.stanza.Decision.HELD_BACK;
import static im.martlet.stanza.Decision.NOT_ARCHIVED;
import static im.martlet.stanza.Decision.NOT_COPIED;
import static im.martlet.stanza.Decision.REFUSED;

import im.martlet.stanza.Decision;
import java.util.List;
import java.util.stream.Stream;

/** The cases of {@link DecisionLogTest} about accounts, their sessions and their archives. */
final class DecisionCases {
    /** The steps of the clients in one case. */
    interface Script {
        void play(DecisionScene scene) throws Exception;
    }

    /** The server of a case. */
    enum Site {
        /** Has a push service as component, and no federation. */
        STANDARD,
        /** Has no archives and no push, and keeps one message for an offline account. */
        RESTRICTED,
        /** Federates with servers that the test plays. */
        FEDERATED
    }

    /**
     * A place where the server decides about a stanza.
     *
     * @param name the act of a client that causes the decision
     * @param reasons the exact reasons in the log, one line each; {@code …} stands for any text
     */
    record Case(String name, Site site, Decision decision, List<String> reasons, Script script) {
        Case(String name, Site site, Decision decision, String reason, Script script) {
            this(name, site, decision, List.of(reason), script);
        }

        Case(String name, Decision decision, String reason, Script script) {
            this(name, Site.STANDARD, decision, reason, script);
        }

        @Override public String toString() { return name + ": " + decision.event(); }
    }

    private static final String BODY = "<body>Wherefore art thou</body>";
    private static final String NO_STORE = "<no-store xmlns='urn:xmpp:hints'/>";
    private static final String TYPING = "<composing xmlns='http://jabber.org/protocol/chatstates'/>";
    private static final String ERROR =
            "<error type='cancel'><%s xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    private static final String CARBONS = "<iq type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>";
    private static final String PING = "<ping xmlns='urn:xmpp:ping'/>";

    private DecisionCases() {}

    static Stream<Case> all() {
        return Stream.of(archives(), copies(), delivery(), sessions(), presence(), blocks(),
                DecisionCasesOfServices.all()).flatMap(List::stream);
    }

    static String error(String condition) { return ERROR.formatted(condition); }

    private static Script toJuliet(String type, String content) {
        return s -> s.available("juliet").send("romeo", message(type, "{juliet/r}", content));
    }

    private static List<Case> archives() {
        return List.of(
                new Case("a message has the hint no-store", NOT_ARCHIVED, "the message has the hint no-store",
                        toJuliet("chat", BODY + NO_STORE)),
                new Case("a message has the hint no-permanent-store", NOT_ARCHIVED,
                        "the message has the hint no-permanent-store",
                        toJuliet("chat", BODY + "<no-permanent-store xmlns='urn:xmpp:hints'/>")),
                new Case("a message has only a chat state", NOT_ARCHIVED,
                        "the message carries no text and nothing else that is history", toJuliet("chat", TYPING)),
                new Case("a message of type headline is not history", NOT_ARCHIVED, "the message is of type headline",
                        toJuliet("headline", BODY)),
                new Case("a message of type error is not history", NOT_ARCHIVED, "the message is of type error",
                        toJuliet("error", error("item-not-found"))),
                new Case("a message of type groupchat is not history", NOT_ARCHIVED, "the message is of type groupchat",
                        toJuliet("groupchat", BODY)),
                new Case("the preferences exclude a contact", NOT_ARCHIVED,
                        "the archive preferences of the account exclude this contact",
                        s -> s.ask("juliet", "<iq type='set'><prefs xmlns='urn:xmpp:mam:2' default='never'/></iq>")
                                .send("romeo", chat("juliet", BODY))),
                new Case("the admin disables archives", Site.RESTRICTED, NOT_ARCHIVED, "the settings disable archives",
                        toJuliet("chat", BODY)),
                new Case("too many messages wait for an offline account", Site.RESTRICTED, REFUSED,
                        "too many messages wait for this account",
                        s -> s.send("romeo", chat("juliet", BODY)).send("romeo", chat("juliet", BODY))));
    }

    /** Lets Romeo send a message that one device of Juliet gets and another might get as a copy. */
    private static Script toPhone(String type, String content) {
        return s -> s.ask("juliet/desk", CARBONS).available("juliet/phone")
                .send("romeo", message(type, "{juliet/phone}", content));
    }

    private static List<Case> copies() {
        return List.of(
                new Case("a message is private", NOT_COPIED, "the sender marked the message as private",
                        toPhone("chat", BODY + "<private xmlns='urn:xmpp:carbons:2'/>")),
                new Case("a message has the hint no-copy", NOT_COPIED, "the message has the hint no-copy",
                        toPhone("chat", BODY + "<no-copy xmlns='urn:xmpp:hints'/>")),
                new Case("a client sends a copy itself", NOT_COPIED, "the message is a copy itself",
                        s -> s.ask("juliet/desk", CARBONS).send("juliet/phone", chat("romeo",
                                BODY + "<received xmlns='urn:xmpp:carbons:2'/>"))),
                new Case("an occupant sends a private message", NOT_COPIED,
                        "the message comes from an occupant of a room",
                        s -> s.ask("juliet/desk", CARBONS).create("romeo").enter("juliet/phone")
                                .send("romeo", message("chat", "{room}/juliet", BODY))),
                new Case("a message of type normal has no content", NOT_COPIED,
                        "the message is of type normal and carries nothing of a conversation",
                        toPhone("normal", "<x xmlns='urn:example:x'/>")),
                new Case("a message of type error is not copied", NOT_COPIED, "the message is of type error",
                        toPhone("error", error("item-not-found"))),
                new Case("a message of type groupchat is not copied", NOT_COPIED, "the message is of type groupchat",
                        toPhone("groupchat", BODY)),
                new Case("a message of type headline is not copied", NOT_COPIED, "the message is of type headline",
                        toPhone("headline", BODY)),
                new Case("a device that wants copies catches up", NOT_COPIED,
                        "a session catches up and gets the message from the log",
                        s -> s.storeMessages("romeo", "juliet").ask("juliet/desk", CARBONS).catchUp("juliet/desk")
                                .available("juliet/phone").send("romeo", chat("juliet", BODY))));
    }

    private static List<Case> delivery() {
        return List.of(
                new Case("a message of type normal is for a session that is gone", REFUSED,
                        "no session has the resource that the message is for",
                        s -> s.send("romeo", message("normal", "{juliet/gone}", BODY))),
                new Case("a headline is for a session that is gone", DROPPED,
                        "no session has the resource that the message is for",
                        s -> s.send("romeo", message("headline", "{juliet/gone}", BODY))),
                new Case("a message of type groupchat is for an account", REFUSED,
                        "a message of type groupchat needs the address of a session",
                        s -> s.send("romeo", message("groupchat", "{juliet}", BODY))),
                new Case("an error is for an account", DROPPED,
                        "a message of this type needs the address of a session",
                        s -> s.send("romeo", message("error", "{juliet}", error("item-not-found")))),
                new Case("a message is for an offline account", HELD_BACK,
                        "no session wants messages now, so the message waits in the log",
                        s -> s.send("romeo", chat("juliet", BODY))),
                new Case("a message with no-store is for an offline account", DROPPED,
                        "no session wants messages, and the message is not kept",
                        s -> s.send("romeo", chat("juliet", BODY + NO_STORE))),
                new Case("a headline is for an offline account", DROPPED, "no session wants messages",
                        s -> s.send("romeo", message("headline", "{juliet}", BODY))),
                new Case("a message is for a session that catches up", HELD_BACK,
                        "the session catches up and will get the message from the log",
                        s -> s.storeMessages("romeo", "juliet").catchUp("juliet/phone")
                                .send("romeo", message("chat", "{juliet/phone}", BODY))),
                new Case("a message is for an account that does not exist", REFUSED, "the account does not exist",
                        s -> s.send("romeo", message("chat", "nobody@localhost", BODY))),
                new Case("a presence is for an account that does not exist", DROPPED, "the account does not exist",
                        s -> s.send("romeo", "<presence to='nobody@localhost'/>")),
                new Case("an IQ is for a session that is gone", REFUSED,
                        "no session has the resource that the iq is for",
                        s -> s.send("romeo", "<iq type='get' id='q' to='{juliet/gone}'>" + PING + "</iq>")),
                new Case("an IQ response is for an account", DROPPED, "the account itself sends no requests",
                        s -> s.send("romeo", "<iq type='result' id='q' to='{juliet}'/>")),
                new Case("an IQ response is for the host", DROPPED, "no request of the host waits for this answer",
                        s -> s.send("romeo", "<iq type='result' id='q' to='localhost'/>")),
                new Case("a presence is for the host", DROPPED, "a host takes no presence",
                        s -> s.send("romeo", "<presence to='localhost'/>")),
                new Case("a client asks for the last activity of a stranger", REFUSED,
                        "the sender may not see the account's presence",
                        s -> s.available("juliet").send("romeo",
                                "<iq type='get' id='q' to='{juliet/r}'><query xmlns='jabber:iq:last'/></iq>")));
    }

    private static DecisionScene inactive(DecisionScene s) throws Exception {
        return s.available("juliet").send("juliet", "<inactive xmlns='urn:xmpp:csi:0'/>");
    }

    private static List<Case> sessions() {
        return List.of(
                new Case("a client is inactive", HELD_BACK, "the client is inactive and need not get the stanza now",
                        s -> inactive(s).send("romeo", "<presence to='{juliet/r}'/>")),
                new Case("a newer presence replaces one that waits for an inactive client", DROPPED,
                        "a newer stanza replaces it before it was sent",
                        s -> inactive(s).send("romeo", "<presence to='{juliet/r}'/><presence to='{juliet/r}'/>")),
                new Case("a session is detached", HELD_BACK, "the session has no connection at the moment",
                        s -> s.managed("juliet").available("juliet").detach("juliet")
                                .send("romeo", chat("juliet", BODY))),
                new Case("a detached session has no room for headlines", DROPPED,
                        "the session has no connection and no room for messages that are not logged",
                        s -> {
                            s.managed("juliet").available("juliet").detach("juliet");
                            var headline = message("headline", "{juliet}", "<body>" + "x".repeat(20_000) + "</body>");
                            for (int i = 0; i < 60; i++) s.send("romeo", headline);
                        }),
                new Case("a session ends before it acknowledges a headline", DROPPED,
                        "the session ended before it acknowledged the message",
                        s -> s.send("juliet", "<enable xmlns='urn:xmpp:sm:3'/>").available("juliet")
                                .send("romeo", message("headline", "{juliet/r}", BODY)).end("juliet")),
                new Case("a session ends before it acknowledges a response", DROPPED,
                        "the session ended before it acknowledged the response",
                        s -> s.send("juliet", "<enable xmlns='urn:xmpp:sm:3'/>").end("juliet")));
    }

    private static List<Case> presence() {
        return List.of(
                new Case("a client subscribes to its own account", DROPPED,
                        "an account sees its own presence without a subscription",
                        s -> s.send("romeo", "<presence type='subscribe' to='{romeo}'/>")),
                new Case("a client ends a subscription that it does not have", DROPPED,
                        "the stanza does not change the subscription",
                        s -> s.send("romeo", "<presence type='unsubscribe' to='{juliet}'/>")),
                new Case("a subscription is denied that was not requested", DROPPED,
                        "the stanza does not change the subscription",
                        s -> s.send("romeo", "<presence type='unsubscribed' to='{juliet}'/>")),
                new Case("an error answers no subscription request", DROPPED,
                        "the account has no open subscription request to this contact",
                        s -> s.send("romeo",
                                "<presence type='error' to='{juliet}'>" + error("item-not-found") + "</presence>")),
                new Case("a presence is for an offline account", DROPPED,
                        "no session of the account is available for it",
                        s -> s.send("romeo", "<presence to='{juliet}'/>")),
                new Case("a client sends an error without a recipient", DROPPED, "an error needs a recipient",
                        s -> s.send("romeo", "<presence type='error'>" + error("item-not-found") + "</presence>")));
    }

    private static DecisionScene block(DecisionScene s, String blocker, String blocked) throws Exception {
        return s.ask(blocker, "<iq type='set'><block xmlns='urn:xmpp:blocking'><item jid='{" + blocked
                + "}'/></block></iq>");
    }

    private static List<Case> blocks() {
        return List.of(
                new Case("a client sends to an account that it blocks", REFUSED, "the account blocks the recipient",
                        s -> block(s, "romeo", "juliet").send("romeo", chat("juliet", BODY))),
                new Case("a blocked account sends a message", REFUSED, "the account blocks the sender",
                        s -> block(s, "juliet", "romeo").send("romeo", chat("juliet", BODY))),
                new Case("a blocked account sends presence", DROPPED, "the account blocks the sender",
                        s -> block(s, "juliet", "romeo").send("romeo", "<presence to='{juliet}'/>")),
                new Case("an interceptor refuses a message", REFUSED, "the interceptor Blocking refuses it",
                        s -> block(s, "juliet", "romeo").send("romeo", chat("juliet", BODY))),
                new Case("an interceptor drops presence", DROPPED, "the interceptor Blocking drops it",
                        s -> block(s, "juliet", "romeo").send("romeo", "<presence to='{juliet}'/>")),
                new Case("an interceptor refuses presence that the server sends unasked", DROPPED,
                        "the interceptor Blocking refuses it, and the server sent it unasked",
                        s -> {
                            s.available("juliet").send("juliet", "<presence type='subscribe' to='{romeo}'/>")
                                    .send("romeo", "<presence type='subscribed' to='{juliet}'/>");
                            block(s, "romeo", "juliet").available("romeo");
                        }));
    }
}
