package im.martlet.stanza;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which messages are urgent enough for a notification. */
class UrgencyTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    chat      | MESSAGE | <body>hi</body>
                    normal    | MESSAGE | <body>hi</body>
                    groupchat | MESSAGE | <body>hi</body>
                    headline  | NONE    | <body>hi</body>
                    error     | NONE    | <body>hi</body>
                    chat      | NONE    | <body>hi</body><no-store xmlns='HINTS'/>
                    groupchat | NONE    | <body>hi</body><no-store xmlns='HINTS'/>
                    chat      | MESSAGE | <body>hi</body><no-permanent-store xmlns='HINTS'/>
                    groupchat | NONE    | <subject>hi</subject>
                    chat      | NONE    | <received xmlns='urn:xmpp:receipts' id='1'/>
                    chat      | NONE    | <displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>
                    chat      | NONE    | <composing xmlns='STATES'/>
                    chat      | NONE    | <reactions xmlns='urn:xmpp:reactions:0' id='1'/>
                    chat      | NONE    | <finish xmlns='JINGLE' id='1'/>
                    chat      | CALL    | <propose xmlns='JINGLE' id='1'/><store xmlns='HINTS'/>
                    chat      | CALL    | <invite xmlns='urn:xmpp:call-invites:0' id='1'/>
                    chat      | NONE    | <propose xmlns='JINGLE' id='1'/><no-store xmlns='HINTS'/>
                    chat      | MESSAGE | <encrypted xmlns='OMEMO'><payload/></encrypted><store xmlns='HINTS'/>
                    chat      | NONE    | <encrypted xmlns='OMEMO'><header/></encrypted><store xmlns='HINTS'/>
                    chat      | MESSAGE | <openpgp xmlns='urn:xmpp:openpgp:0'>x</openpgp>
                    normal    | MESSAGE | <x xmlns='INVITATION' jid='room@conference.localhost'/>
                    """) void urgencyDependsOnTypeAndContent(
                    String type, Urgency urgency, String content) {
        assertThat(Urgency.of(message(type, content))).isEqualTo(urgency);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            true  | <body>hi</body>
            true  | <displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>
            false | <received xmlns='urn:xmpp:receipts' id='1'/>
            false | <received xmlns='urn:xmpp:chat-markers:0' id='1'/>
            """) void answersAndDisplayedMarkersShowPresence(boolean seen, String content) {
        assertThat(Urgency.showsPresence(message("chat", content))).isEqualTo(seen);
    }

    private static Message message(String type, String content) {
        return (Message) StoredStanza.read("<message xmlns='jabber:client' type='" + type + "' from='"
                + Jid.parse("romeo@localhost/r") + "' to='juliet@localhost'>" + XmlShorthand.expand(content)
                + "</message>");
    }
}
