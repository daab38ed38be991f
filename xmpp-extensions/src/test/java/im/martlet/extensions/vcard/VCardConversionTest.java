package im.martlet.extensions.vcard;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.xml.Element;
import im.martlet.xml.XmlReader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Conversion of cards between vcard-temp and vCard4. */
class VCardConversionTest {
    /** The properties in the examples of XEP-0292 §12.2 and §12.3 in both forms, without long values. */
    private static final List<String[]> SAME = List.of(
            pair("<FN>Peter Saint-Andre</FN>", "<fn><text>Peter Saint-Andre</text></fn>"),
            pair("<N><FAMILY>Saint-Andre</FAMILY><GIVEN>Peter</GIVEN><MIDDLE/></N>",
                    "<n><surname>Saint-Andre</surname><given>Peter</given><additional/></n>"),
            pair("<NICKNAME>psa</NICKNAME>", "<nickname><text>psa</text></nickname>"),
            pair("<BDAY>1966-08-06</BDAY>", "<bday><date>1966-08-06</date></bday>"),
            pair("<ADR><PREF/><WORK/><EXTADD>Suite 600</EXTADD><STREET>1899 Wynkoop Street</STREET><LOCALITY>Denver</LOCALITY><REGION>CO</REGION><PCODE>80202</PCODE><CTRY>USA</CTRY></ADR>",
                    "<adr><parameters><type><text>work</text></type><pref><integer>1</integer></pref></parameters><ext>Suite 600</ext><street>1899 Wynkoop Street</street><locality>Denver</locality><region>CO</region><code>80202</code><country>USA</country></adr>"),
            pair("<TEL><PREF/><WORK/><VOICE/><NUMBER>+1-303-308-3282</NUMBER></TEL>",
                    "<tel><parameters><type><text>work</text><text>voice</text></type><pref><integer>1</integer></pref></parameters><uri>tel:+1-303-308-3282</uri></tel>"),
            pair("<TEL><NUMBER>ask for Peter</NUMBER></TEL>", "<tel><text>ask for Peter</text></tel>"),
            pair("<EMAIL><WORK/><INTERNET/><USERID>psaintan@cisco.com</USERID></EMAIL>",
                    "<email><parameters><type><text>work</text></type></parameters><text>psaintan@cisco.com</text></email>"),
            pair("<JABBERID>stpeter@jabber.org</JABBERID>", "<impp><uri>xmpp:stpeter@jabber.org</uri></impp>"),
            pair("<TZ>America/Denver</TZ>", "<tz><text>America/Denver</text></tz>"),
            pair("<GEO><LAT>39.59</LAT><LON>-105.01</LON></GEO>", "<geo><uri>geo:39.59,-105.01</uri></geo>"),
            pair("<TITLE>Executive Director</TITLE>", "<title><text>Executive Director</text></title>"),
            pair("<ROLE>Patron Saint</ROLE>", "<role><text>Patron Saint</text></role>"),
            pair("<LOGO><EXTVAL>http://stpeter.im/logo.jpg</EXTVAL></LOGO>",
                    "<logo><uri>http://stpeter.im/logo.jpg</uri></logo>"),
            pair("<ORG><ORGNAME>XMPP Standards Foundation</ORGNAME><ORGUNIT>Council</ORGUNIT></ORG>",
                    "<org><text>XMPP Standards Foundation</text><text>Council</text></org>"),
            pair("<CATEGORIES><KEYWORD>a</KEYWORD><KEYWORD>b</KEYWORD></CATEGORIES>",
                    "<categories><text>a</text><text>b</text></categories>"),
            pair("<NOTE>hello</NOTE>", "<note><text>hello</text></note>"),
            pair("<REV>20120415T120000Z</REV>", "<rev><timestamp>20120415T120000Z</timestamp></rev>"),
            pair("<UID>urn:uuid:1</UID>", "<uid><uri>urn:uuid:1</uri></uid>"),
            pair("<URL>https://stpeter.im/</URL>", "<url><uri>https://stpeter.im/</uri></url>"),
            pair("<KEY><CRED>BEGIN</CRED></KEY>", "<key><text>BEGIN</text></key>"));

    private static String[] pair(String temp, String four) { return new String[]{ temp, four }; }

    private static Element temp(String properties) {
        return read("<vCard xmlns='vcard-temp'>" + properties + "</vCard>");
    }

    private static Element four(String properties) {
        return read("<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>" + properties + "</vcard>");
    }

    private static Element read(String xml) {
        try {
            return XmlReader.parse(xml);
        } catch (im.martlet.xml.XmlException e) {
            throw new AssertionError(xml, e);
        }
    }

    @Test void everyPropertyConvertsInBothDirections() {
        for (String[] pair : SAME) {
            assertThat(VCardConversion.toVCard4(temp(pair[0]), Optional.empty())).as(pair[0]).isEqualTo(four(pair[1]));
            assertThat(VCardConversion.toTemp(four(pair[1]), Optional.empty())).as(pair[1]).isEqualTo(temp(pair[0]));
        }
    }

    @Test void propertiesOfOnlyOneFormAreKept() {
        var gender = "<gender><sex>M</sex></gender><impp><uri>sip:x@example.org</uri></impp>";
        assertThat(VCardConversion.toVCard4(temp("<FN>b</FN>"), Optional.of(four("<fn><text>a</text></fn>" + gender))))
                .isEqualTo(four("<fn><text>b</text></fn>" + gender));
        var photo = "<PHOTO><TYPE>image/png</TYPE><BINVAL>AA==</BINVAL></PHOTO><MAILER>x</MAILER>";
        assertThat(VCardConversion.toTemp(
                four("<fn><text>b</text></fn><photo><uri>data:image/png;base64,BB==</uri></photo>"),
                Optional.of(temp("<FN>a</FN>" + photo)))).isEqualTo(temp("<FN>b</FN>" + photo));
    }

    @Test void unchangedPropertiesKeepAllDetails() {
        var tel = "<TEL><HOME/><MODEM/><NUMBER>+1</NUMBER></TEL>";
        var four = VCardConversion.toVCard4(temp(tel + "<DESC>words</DESC><FN>a</FN>"), Optional.empty());
        assertThat(VCardConversion.toTemp(four(inside(four).replace("<text>a</text>", "<text>b</text>")),
                Optional.of(temp(tel + "<DESC>words</DESC><FN>a</FN>"))))
                .isEqualTo(temp(tel + "<DESC>words</DESC><FN>b</FN>"));
        var spoken =
                "<fn><parameters><language><language-tag>en</language-tag></language></parameters><text>a</text></fn>";
        assertThat(VCardConversion.toVCard4(temp("<FN>a</FN><URL>u</URL>"), Optional.of(four(spoken))))
                .isEqualTo(four(spoken + "<url><uri>u</uri></url>"));
    }

    private static String inside(Element e) {
        return e.children().stream().map(Element::toString).reduce("", String::concat);
    }

    @Test void propertiesRemovedFromOneFormAreRemovedFromTheOther() {
        assertThat(VCardConversion.toVCard4(temp(""), Optional.of(four("<fn><text>a</text></fn>"))))
                .isEqualTo(four(""));
        assertThat(VCardConversion.toTemp(four(""), Optional.of(temp("<FN>a</FN><NICKNAME/>"))))
                .isEqualTo(temp("<NICKNAME/>"));
    }
}
