package im.martlet.federation;

import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;

/** How it went to reach another server. */
sealed interface ConnectionOutcome {
    /** There is a stream that takes stanzas. */
    record Ready(ServerStream stream) implements ConnectionOutcome {}

    /** A dialback key was checked. */
    record Verified(boolean right) implements ConnectionOutcome {}

    /**
     * It went wrong.
     *
     * @param condition what senders are told (RFC 6120 §10.4)
     * @param why in English, for senders and admins
     * @param advice what an admin may do about it; empty for nothing
     */
    record Failed(Condition condition, String why, String advice) implements ConnectionOutcome {
        Failed(Condition condition, String why) { this(condition, why, ""); }

        /**
         * @param unknown whether there is no such server, rather than one that could not be reached or would not talk
         */
        Failed(boolean unknown, String why) {
            this(unknown ? Condition.REMOTE_SERVER_NOT_FOUND : Condition.REMOTE_SERVER_TIMEOUT, why);
        }

        Failed advising(String what) { return new Failed(condition, why, what); }

        boolean unknown() { return condition == Condition.REMOTE_SERVER_NOT_FOUND; }

        StanzaError error() { return condition.because(why); }
    }

    static Failed failed(String why) { return new Failed(false, why); }
}
