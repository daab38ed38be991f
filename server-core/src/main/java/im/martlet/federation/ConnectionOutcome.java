package im.martlet.federation;

import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;

/** The outcome of connecting to a remote server. */
sealed interface ConnectionOutcome {
    /** The stream is ready for stanzas. */
    record Ready(ServerStream stream) implements ConnectionOutcome {}

    /** The authoritative server has checked a dialback key. @param right whether it made the key */
    record Verified(boolean right) implements ConnectionOutcome {}

    /**
     * The connection has failed.
     *
     * @param condition error for the senders of stanzas (RFC 6120 §10.4)
     * @param why reason in English, for senders and admins
     * @param advice remedy for an admin; empty for none
     */
    record Failed(Condition condition, String why, String advice) implements ConnectionOutcome {
        Failed(Condition condition, String why) { this(condition, why, ""); }

        /**
         * @param unknown true if the domain has no server, false if the server could not be reached or refused
         */
        Failed(boolean unknown, String why) {
            this(unknown ? Condition.REMOTE_SERVER_NOT_FOUND : Condition.REMOTE_SERVER_TIMEOUT, why);
        }

        Failed advising(String remedy) { return new Failed(condition, why, remedy); }

        boolean unknown() { return condition == Condition.REMOTE_SERVER_NOT_FOUND; }

        StanzaError error() { return condition.because(why); }
    }

    static Failed failed(String why) { return new Failed(false, why); }
}
