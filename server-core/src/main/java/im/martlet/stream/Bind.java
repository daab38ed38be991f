package im.martlet.stream;

import im.martlet.negotiation.Step;
import im.martlet.negotiation.StreamFeature;
import im.martlet.negotiation.StreamState;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.xml.Element;
import java.util.List;

/** Resource binding (RFC 6120 §7): the client names its resource, or the server chooses one. */
public final class Bind implements StreamFeature {
    public static final String NS = "urn:ietf:params:xml:ns:xmpp-bind";

    @Override public List<Element> offer(StreamState state) {
        return state.isAuthenticated() && !state.isBound()
                ? List.of(Element.of(NS, "bind").with(Element.of(NS, "required"))) : List.of();
    }

    @Override public boolean accepts(Element request) { return isRequest(request); }

    @Override public Step negotiate(Element request, StreamState state) {
        if (!state.isAuthenticated()) return new Step.Fail(Condition.NOT_AUTHORIZED.because("authenticate first"));
        var resource =
                request.child(NS, "bind").flatMap(bind -> bind.childText("resource")).filter(text -> !text.isEmpty());
        return new Step.Bind(request.attribute("id").orElse(""), resource);
    }

    static boolean isRequest(Element e) {
        return e.is(Stanza.CLIENT, "iq") && e.attribute("type").filter("set"::equals).isPresent()
                && e.child(NS, "bind").isPresent();
    }
}
