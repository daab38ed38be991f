package im.martlet.stanza;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the four decisions that depend on the content of a message: kept, urgent, copied, only a chat state. */
class MessageContentTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    chat      | HISTORY         | true  | false | <body>hi</body>
                    normal    | HISTORY         | true  | false | <body>hi</body>
                    groupchat | NOTHING         | false | false | <body>hi</body>
                    headline  | NOTHING         | false | false | <body>hi</body>
                    error     | NOTHING         | false | false | <body>hi</body>
                    chat      | NOTHING         | true  | true  | <composing xmlns='STATES'/>
                    chat      | NOTHING         | true  | true  | <paused xmlns='STATES'/><thread>t</thread>
                    chat      | HISTORY         | true  | false | <active xmlns='STATES'/><body>hi</body>
                    chat      | NOTHING         | true  | false | <thread>t</thread>
                    chat      | NOTHING         | true  | false | <body>hi</body><no-store xmlns='HINTS'/>
                    chat      | UNTIL_DELIVERED | true  | false | <body>hi</body><no-permanent-store xmlns='HINTS'/>
                    chat      | HISTORY         | false | false | <body>hi</body><no-copy xmlns='HINTS'/>
                    chat      | HISTORY         | false | false | <body>hi</body><private xmlns='urn:xmpp:carbons:2'/>
                    chat      | UNTIL_DELIVERED | true  | false | <subject>hi</subject>
                    normal    | UNTIL_DELIVERED | false | false | <subject>hi</subject>
                    normal    | HISTORY         | true  | false | <received xmlns='urn:xmpp:receipts' id='1'/>
                    normal    | HISTORY         | false | false | <reactions xmlns='urn:xmpp:reactions:0' id='1'/>
                    normal    | HISTORY         | true  | false | <x xmlns='INVITATION' jid='room@rooms.example'/>
                    normal    | UNTIL_DELIVERED | false | false | <x xmlns='MUC'/>
                    normal    | UNTIL_DELIVERED | true  | false | <x xmlns='MUC'><invite/></x>
                    normal    | UNTIL_DELIVERED | false | false | <event xmlns='EVENT'/>
                    normal    | UNTIL_DELIVERED | false | false | <unknown xmlns='urn:example:unknown'/>
                    """) void contentDecides(
                    String type, KeepPolicy keep, boolean copied, boolean onlyChatState,
                    String content) {
        var message = (Message) StoredStanza.read("<message xmlns='jabber:client' type='" + type
                + "' from='romeo@localhost/r' to='juliet@localhost'>" + XmlShorthand.expand(content) + "</message>");
        assertThat(KeepPolicy.of(message)).isEqualTo(keep);
        assertThat(MessageContent.notCopiedBecause(message, false).isEmpty()).isEqualTo(copied);
        assertThat(MessageContent.isOnlyChatState(message.payload().elements())).isEqualTo(onlyChatState);
    }
}
