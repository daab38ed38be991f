package im.martlet.extensions.disco;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.storage.account.Capabilities.Hash;
import im.martlet.xml.Element;
import im.martlet.xml.XmlReader;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An answer holds for other clients only if it has the announced hash and is well-formed (XEP-0115 §5). */
class CapsHashTest {
    private static Element info(String content) throws Exception {
        return XmlReader.parse("<query xmlns='http://jabber.org/protocol/disco#info'>" + content + "</query>");
    }

    private static boolean proves(Element info, String hash) { return CapsHash.proves(info, new Hash("sha-1", hash)); }

    private static final String EXODUS =
            "<identity category='client' type='pc' name='Exodus 0.9.1'/>"
                    + "<feature var='http://jabber.org/protocol/caps'/>"
                    + "<feature var='http://jabber.org/protocol/disco#info'/>"
                    + "<feature var='http://jabber.org/protocol/disco#items'/>"
                    + "<feature var='http://jabber.org/protocol/muc'/>";

    /** The example of §5.3. */
    private static final String PSI =
            "<identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>"
                    + "<identity xml:lang='el' category='client' name='Ψ 0.11' type='pc'/>"
                    + "<feature var='http://jabber.org/protocol/caps'/>"
                    + "<feature var='http://jabber.org/protocol/disco#info'/>"
                    + "<feature var='http://jabber.org/protocol/disco#items'/>"
                    + "<feature var='http://jabber.org/protocol/muc'/>"
                    + "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'>"
                    + "<value>urn:xmpp:dataforms:softwareinfo</value></field>"
                    + "<field var='ip_version' type='text-multi'><value>ipv4</value><value>ipv6</value></field>"
                    + "<field var='os'><value>Mac</value></field>"
                    + "<field var='os_version'><value>10.5.1</value></field>"
                    + "<field var='software'><value>Psi</value></field>"
                    + "<field var='software_version'><value>0.11</value></field></x>";

    @Test void theExamplesOfTheSpecificationHaveTheirHashes() throws Exception {
        assertThat(proves(info(EXODUS), "QgayPKawpkPSDYmwT/WM94uAlu0=")).isTrue();
        assertThat(proves(info(PSI), "q07IKJEyjvHSyhy//CH0CxmKi8w=")).isTrue();
    }

    @Test void anAnswerWithAnotherHashProvesNothing() throws Exception {
        assertThat(proves(info(EXODUS.replace("muc", "muc+notify")), "QgayPKawpkPSDYmwT/WM94uAlu0=")).isFalse();
    }

    @Test void anAnswerWithDuplicatesIsIllFormed() throws Exception { // §5.4 step 3
        for (var twice : List.of("<feature var='urn:x'/><feature var='urn:x'/>",
                "<identity category='client' type='pc'/><identity category='client' type='pc'/>")) {
            var info = info(twice);
            assertThat(proves(info, CapsHash.hash("sha-1", info.children()))).as(twice).isFalse();
        }
    }

    @Test void aTextWithASeparatorInItProvesNothing() throws Exception {
        var honest = info("<identity category='client' type='pc' name='X'/><feature var='urn:x+notify'/>");
        var forged = info("<identity category='client' type='pc' name='X&lt;urn:x+notify'/>");
        String hash = CapsHash.hash("sha-1", honest.children());
        assertThat(CapsHash.hash("sha-1", forged.children())).isEqualTo(hash);
        assertThat(proves(honest, hash)).isTrue();
        assertThat(proves(forged, hash)).isFalse();
    }

    @Test void aFormWhoseTypeIsNotHiddenProvesNothing() throws Exception { // §5.4 step 3.6
        var info = info(PSI.replace(" type='hidden'", ""));
        assertThat(proves(info, CapsHash.hash("sha-1", info.children()))).isFalse();
    }

    @Test void otherHashFunctionsAreSupported() throws Exception {
        var info = info(EXODUS);
        assertThat(CapsHash.proves(info, new Hash("sha-256", CapsHash.hash("sha-256", info.children())))).isTrue();
        assertThat(CapsHash.isKnown("md2")).isFalse();
    }

    @Test void featuresOfAnAnswerWithoutProofAreLimited() throws Exception {
        var many = new StringBuilder();
        for (int i = 0; i < 2000; i++) many.append("<feature var='urn:x:").append(i).append("'/>");
        assertThat(CapsHash.features(info(many.toString()))).hasSize(500);
        assertThat(CapsHash.features(info("<feature var='" + "x".repeat(1000) + "'/><feature var='urn:y'/>")))
                .isEqualTo(Set.of("urn:y"));
    }
}
