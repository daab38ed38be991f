package im.martlet.xml;

/** The XML namespaces that more than one package uses. A class that implements a protocol holds each of the others. */
public final class Namespaces {
    /** RFC 6120 §4.8. */
    public static final String STREAMS = "http://etherx.jabber.org/streams";
    /** RFC 6120 §4.8. */
    public static final String CLIENT = "jabber:client";
    /** RFC 6120 §4.8. */
    public static final String SERVER = "jabber:server";
    /** XEP-0114. */
    public static final String COMPONENT = "jabber:component:accept";
    /** XEP-0220. */
    public static final String DIALBACK = "jabber:server:dialback";
    /** RFC 6120 §5. */
    public static final String TLS = "urn:ietf:params:xml:ns:xmpp-tls";
    /** RFC 6120 §6. */
    public static final String SASL = "urn:ietf:params:xml:ns:xmpp-sasl";
    /** XEP-0198. */
    public static final String STREAM_MANAGEMENT = "urn:xmpp:sm:3";
    /** XEP-0004. */
    public static final String DATA_FORM = "jabber:x:data";
    /** XEP-0122. */
    public static final String DATA_VALIDATION = "http://jabber.org/protocol/xdata-validate";
    /** XEP-0030. */
    public static final String DISCO_INFO = "http://jabber.org/protocol/disco#info";
    /** XEP-0030. */
    public static final String DISCO_ITEMS = "http://jabber.org/protocol/disco#items";
    /** XEP-0050. */
    public static final String COMMANDS = "http://jabber.org/protocol/commands";
    /** XEP-0054. */
    public static final String VCARD_TEMP = "vcard-temp";
    /** XEP-0292. */
    public static final String VCARD4 = "urn:ietf:params:xml:ns:vcard-4.0";
    /** XEP-0045. */
    public static final String MUC_USER = "http://jabber.org/protocol/muc#user";
    /** XEP-0249. */
    public static final String DIRECT_INVITATION = "jabber:x:conference";
    /** XEP-0421. */
    public static final String OCCUPANT_ID = "urn:xmpp:occupant-id:0";
    /** XEP-0452. */
    public static final String MENTION = "urn:xmpp:mmn:0";
    /** XEP-0060. */
    public static final String PUBSUB = "http://jabber.org/protocol/pubsub";
    /** XEP-0060. */
    public static final String PUBSUB_EVENT = "http://jabber.org/protocol/pubsub#event";
    /** XEP-0077. */
    public static final String REGISTER = "jabber:iq:register";
    /** XEP-0157. */
    public static final String SERVER_INFO_FORM = "http://jabber.org/network/serverinfo";
    /** XEP-0085. */
    public static final String CHAT_STATES = "http://jabber.org/protocol/chatstates";
    /** XEP-0184. */
    public static final String RECEIPTS = "urn:xmpp:receipts";
    /** XEP-0199. */
    public static final String PING = "urn:xmpp:ping";
    /** XEP-0203. */
    public static final String DELAY = "urn:xmpp:delay";
    /** XEP-0280. */
    public static final String CARBONS = "urn:xmpp:carbons:2";
    /** XEP-0297. */
    public static final String FORWARD = "urn:xmpp:forward:0";
    /** XEP-0308. */
    public static final String CORRECTION = "urn:xmpp:message-correct:0";
    /** XEP-0313. */
    public static final String ARCHIVE = "urn:xmpp:mam:2";
    /** XEP-0333. */
    public static final String CHAT_MARKERS = "urn:xmpp:chat-markers:0";
    /** XEP-0334. */
    public static final String HINTS = "urn:xmpp:hints";
    /** XEP-0359. */
    public static final String STANZA_ID = "urn:xmpp:sid:0";
    /** XEP-0384. */
    public static final String OMEMO = "urn:xmpp:omemo:2";
    /** XEP-0384 version 0.3. */
    public static final String LEGACY_OMEMO = "eu.siacs.conversations.axolotl";

    private Namespaces() {}
}
