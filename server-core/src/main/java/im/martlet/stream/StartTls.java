package im.martlet.stream;

import im.martlet.negotiation.Step;
import im.martlet.negotiation.StreamFeature;
import im.martlet.negotiation.StreamState;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import java.util.List;

/** STARTTLS (RFC 6120 §5). It is the only feature on offer until the stream is encrypted. */
public final class StartTls implements StreamFeature {
    static final String NS = Namespaces.TLS;

    @Override public List<Element> offer(StreamState state) {
        return state.channel().secure() ? List.of()
                : List.of(Element.of(NS, "starttls").with(Element.of(NS, "required")));
    }

    @Override public boolean accepts(Element request) { return request.is(NS, "starttls"); }

    @Override public Step negotiate(Element request, StreamState state) {
        // §5.4.2.2: a second STARTTLS gets <failure/> and ends the stream
        return state.channel().secure() ? new Step.Refuse(Element.of(NS, "failure"))
                : new Step.Secure(Element.of(NS, "proceed"));
    }
}
