package im.martlet.negotiation;

import im.martlet.xml.Element;
import java.util.List;

/** One thing a stream can negotiate. It says itself when its turn is; no order of features is written anywhere else. */
public interface StreamFeature {
    /** The elements to advertise; none when it is not this feature's turn. */
    List<Element> offer(StreamState state);

    /** Whether a request is for this feature, its turn or not; features that are only advertised never say yes. */
    default boolean accepts(Element request) {
        return false;
    }

    /** Takes the next step. Called on the stream's mailbox, may block. */
    default Step negotiate(Element request, StreamState state) {
        throw new IllegalStateException("nothing to negotiate");
    }
}
