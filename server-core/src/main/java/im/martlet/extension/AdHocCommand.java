package im.martlet.extension;

import im.martlet.form.DataForm;
import im.martlet.xml.Element;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Something that somebody can have an address do, in steps (XEP-0050).
 *
 * @param node its name, the same for ever
 * @param name for people, in English
 * @param allowed whether somebody may have it done
 * @param begin the first step, which has no form to go by
 */
public record AdHocCommand(String node, String name, Predicate<Query> allowed, Step begin) {
    /** What is done with what somebody has filled in. Runs where requests to the address do. */
    @FunctionalInterface
    public interface Step {
        /** @throws im.martlet.stanza.StanzaException when it cannot be; the step may then be taken once more */
        Outcome take(Query query, Optional<DataForm> form);
    }

    /** What a step comes to. */
    public sealed interface Outcome {
        /**
         * There is more to fill in.
         *
         * @param last whether it is done after that
         */
        record Ask(Element form, boolean last, Step next) implements Outcome {}

        /**
         * It is done.
         *
         * @param results forms of results, or none
         * @param note for people; empty for none
         */
        record Done(List<Element> results, String note) implements Outcome {}
    }
}
