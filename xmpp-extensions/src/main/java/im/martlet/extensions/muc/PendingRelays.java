package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.stanza.RandomIds;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What went from one occupant to another through the room: questions, and whom their answers are for; what was
 * whispered, since it may come back without anybody being gone; and who was invited, since they may decline. Of the
 * room's mailbox.
 */
final class PendingRelays {
    private static final int MOST = 1000; // of each; the oldest are forgotten

    /**
     * @param asker the device that asks
     * @param id that it gave its question
     * @param target the occupant it asked, as an address in the room
     * @param sentTo where the question went
     */
    record Question(Jid asker, String id, Jid target, Jid sentTo) {}

    private record Whisper(Jid device, String id) {}

    private record Invitation(Jid inviter, Jid invited) {}

    private final Map<String, Question> open = bounded();
    private final Set<Whisper> whispers = Collections.newSetFromMap(bounded());
    private final Set<Invitation> invitations = Collections.newSetFromMap(bounded());

    private static <K, V> Map<K, V> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override protected boolean removeEldestEntry(Map.Entry<K, V> eldest) { return size() > MOST; }
        };
    }

    /** Notes a question, and answers the id to send it with. */
    String ask(Question question) {
        String id = RandomIds.next();
        open.put(id, question);
        return id;
    }

    /** The question that an answer is to, if it comes from whom it was sent to. */
    Optional<Question> answered(String id, Jid from) {
        return Optional.ofNullable(open.get(id)).filter(question -> question.sentTo.equals(from))
                .map(question -> open.remove(id));
    }

    /** Something is whispered to a device. */
    void whisper(Jid device, String id) {
        whispers.add(new Whisper(device, id));
    }

    /** Whether it was something whispered that comes back from a device. */
    boolean wasWhispered(Jid device, String id) {
        return whispers.remove(new Whisper(device, id));
    }

    /** Somebody in the room invites somebody else. Both bare. */
    void invited(Jid inviter, Jid invited) {
        invitations.add(new Invitation(inviter, invited));
    }

    /** Somebody declines; answers whether they were invited, and have not declined yet. */
    boolean declined(Jid inviter, Jid invited) {
        return invitations.remove(new Invitation(inviter, invited));
    }
}
