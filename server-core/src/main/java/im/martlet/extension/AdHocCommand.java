package im.martlet.extension;

import im.martlet.form.DataForm;
import im.martlet.xml.Element;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A command that an entity can run at an address, in steps (XEP-0050).
 *
 * @param node the command's node, which never changes
 * @param name the command's name for people, in English
 * @param allowed whether the requester may run the command
 * @param begin the first step, which gets no form
 */
public record AdHocCommand(String node, String name, Predicate<Query> allowed, Step begin) {
    /** A step of a command. It runs on the same mailbox as other requests to the address. */
    @FunctionalInterface
    public interface Step {
        /**
         * Takes the step.
         *
         * @param form the form that the requester has filled in
         * @throws im.martlet.stanza.StanzaException if the step fails; the requester may then repeat it
         */
        Outcome take(Query query, Optional<DataForm> form);
    }

    /** The outcome of a step. */
    public sealed interface Outcome {
        /**
         * The command needs another form.
         *
         * @param form the form to fill in
         * @param last whether the next step is the last one
         */
        record Ask(Element form, boolean last, Step next) implements Outcome {}

        /**
         * The command is done.
         *
         * @param results the result forms, or none
         * @param note a text for people; empty for none
         */
        record Done(List<Element> results, String note) implements Outcome {}
    }
}
