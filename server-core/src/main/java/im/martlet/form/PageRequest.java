package im.martlet.form;

import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import java.util.Optional;

/**
 * A request for one page of a long result (XEP-0059 §2).
 *
 * @param most the largest number of items, if the request has one
 * @param after the id before the first item of the page
 * @param before the id behind the last item of the page; an empty text for the last page of all
 */
public record PageRequest(Optional<Integer> most, Optional<String> after, Optional<String> before) {
    public static final String NS = "http://jabber.org/protocol/rsm";
    private static final int MOST_DIGITS = 20;

    /** Reads the page that a request asks for. Without one, the request is for the whole result. */
    public static PageRequest in(Element request) {
        return request.child(NS, "set").map(PageRequest::read)
                .orElse(new PageRequest(Optional.empty(), Optional.empty(), Optional.empty()));
    }

    private static PageRequest read(Element set) {
        if (set.child("index").isPresent()) throw new StanzaException(
                Condition.FEATURE_NOT_IMPLEMENTED.because("a page is requested by an id, not by an index")); // §2.6
        return new PageRequest(set.childText("max").map(PageRequest::number), set.childText("after"),
                set.childText("before"));
    }

    private static Integer number(String text) {
        var digits = text.strip();
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9'))
            throw StanzaException.badRequest("<max/> must be a whole number from 0");
        var number = new java.math.BigInteger(digits.substring(0, Math.min(digits.length(), MOST_DIGITS)));
        return number.bitLength() < Integer.SIZE ? number.intValue() : Integer.MAX_VALUE; // more than any page has
    }

    /** Returns whether the page ends before an id, instead of beginning after one. */
    public boolean isBackwards() {
        return before.isPresent();
    }

    /**
     * Returns the element that describes a page by its first and last id; both are empty for an empty page. It has no
     * total count, because counting is expensive.
     */
    public static Element result(String first, String last) {
        var set = Element.of(NS, "set");
        return first.isEmpty() ? set
                : set.with(Element.of(NS, "first").withText(first), Element.of(NS, "last").withText(last));
    }
}
