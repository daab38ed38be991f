package im.martlet.form;

import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import java.util.Optional;

/**
 * Which part of a long result is wanted (XEP-0059 §2).
 *
 * @param most items, if somebody has said so
 * @param after the id that the page comes after
 * @param before the id that the page comes before; an empty text for the last page
 */
public record PageRequest(Optional<Integer> most, Optional<String> after, Optional<String> before) {
    public static final String NS = "http://jabber.org/protocol/rsm";
    private static final int MOST_DIGITS = 20;

    /** The page that a request asks for; all of the result, if it does not say. */
    public static PageRequest in(Element request) {
        return request.child(NS, "set").map(PageRequest::read)
                .orElse(new PageRequest(Optional.empty(), Optional.empty(), Optional.empty()));
    }

    private static PageRequest read(Element set) {
        if (set.child("index").isPresent()) throw new StanzaException(
                Condition.FEATURE_NOT_IMPLEMENTED.because("pages are found by ids, not by numbers")); // §2.6
        return new PageRequest(set.childText("max").map(PageRequest::number), set.childText("after"),
                set.childText("before"));
    }

    private static Integer number(String text) {
        var digits = text.strip();
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9'))
            throw StanzaException.badRequest("<max/> is a number, from 0");
        var number = new java.math.BigInteger(digits.substring(0, Math.min(digits.length(), MOST_DIGITS)));
        return number.bitLength() < Integer.SIZE ? number.intValue() : Integer.MAX_VALUE; // as many as may be had
    }

    /** Whether the page is counted from the end. */
    public boolean isBackwards() { return before.isPresent(); }

    /**
     * What a page turned out to be; empty texts when there is nothing on it. How many there are in all is not said: to
     * count them is not cheap.
     */
    public static Element result(String first, String last) {
        var set = Element.of(NS, "set");
        return first.isEmpty() ? set
                : set.with(Element.of(NS, "first").withText(first), Element.of(NS, "last").withText(last));
    }
}
