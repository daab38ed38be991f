package im.martlet.negotiation;

import im.martlet.xml.Element;
import java.util.List;

/** A feature that a stream can negotiate (RFC 6120 §4.3). It decides itself when it applies. */
public interface StreamFeature {
    /** Returns the elements to advertise; none if the feature does not apply in this state. */
    List<Element> offer(StreamState state);

    /** Returns whether a request is for this feature, in any state. A feature that is only advertised returns false. */
    default boolean accepts(Element request) {
        return false;
    }

    /** Returns the next step for a request. Called on the stream's mailbox, may block. */
    default Step negotiate(Element request, StreamState state) {
        throw new IllegalStateException("this feature is only advertised");
    }
}
