package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.collect.BoundedMap;
import im.martlet.stanza.RandomIds;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Remembers stanzas that occupants sent through the room and that await an answer: IQ requests, private messages and
 * invitations. An error to a private message does not mean that a device is gone. Owned by the room's mailbox.
 */
final class PendingRelays {
    private static final int MOST = 1000; // of each kind; the oldest are forgotten

    /**
     * A forwarded request.
     *
     * @param asker the device that sent the request
     * @param id the id that the asker gave to the request
     * @param target the address in the room that the request was for
     * @param sentTo the real address that the room sent the request to
     */
    record Request(Jid asker, String id, Jid target, Jid sentTo) {}

    private record PrivateMessage(Jid device, String id) {}

    private record Invitation(Jid inviter, Jid invited) {}

    private final Map<String, Request> requests = BoundedMap.byInsertion(MOST);
    private final Set<PrivateMessage> privateMessages = BoundedMap.set(MOST);
    private final Set<Invitation> invitations = BoundedMap.set(MOST);

    /** Adds a request. @return the new id to forward it with */
    String addRequest(Request request) {
        String id = RandomIds.next();
        requests.put(id, request);
        return id;
    }

    /** Removes and returns the request that a response belongs to, if the response comes from the right address. */
    Optional<Request> takeRequest(String id, Jid from) {
        return Optional.ofNullable(requests.get(id)).filter(request -> request.sentTo.equals(from))
                .map(request -> requests.remove(id));
    }

    /** Adds a private message to a device. */
    void addPrivateMessage(Jid device, String id) {
        privateMessages.add(new PrivateMessage(device, id));
    }

    /** Removes a private message to a device. @return whether it was here */
    boolean takePrivateMessage(Jid device, String id) {
        return privateMessages.remove(new PrivateMessage(device, id));
    }

    /** Adds an invitation. @param inviter a bare address @param invited a bare address */
    void addInvitation(Jid inviter, Jid invited) {
        invitations.add(new Invitation(inviter, invited));
    }

    /** Removes an invitation. @return whether it was here */
    boolean takeInvitation(Jid inviter, Jid invited) {
        return invitations.remove(new Invitation(inviter, invited));
    }
}
