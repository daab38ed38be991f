package im.martlet.conformance.harness;

import im.martlet.address.Jid;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A device of the kill test. It chats, edits its roster, sometimes drops its connection, and reconnects after each
 * start of the server. A message id has the sender's device, the recipient and a number:
 * {@code device_recipient_number}.
 */
public final class KillTestDevice {
    private static final String SM = "urn:xmpp:sm:3";
    private static final int MOST_OPEN = 12; // stanzas in flight
    private static final int CONTACTS = 20;

    private final KillScenario scenario;
    private final Jid account;
    private final String name; // also the resource
    private final List<Jid> recipients;
    private final Inbox inbox;
    private final Random random;
    private final Ledger ledger = new Ledger();
    private final Map<Jid, Integer> numbers = new HashMap<>(); // of the last message, by recipient
    private final Map<Integer, Integer> edits = new ConcurrentHashMap<>(); // last acknowledged roster edit, by contact
    private int edit;
    private volatile boolean alive;
    private Client client;
    private String stream = "";
    private long received; // stanzas of this stream
    private final Map<String, Integer> lastNumbers = new HashMap<>(); // received on this session, by "device_recipient"

    public KillTestDevice(KillScenario scenario, Jid account, String name, List<Jid> recipients, Inbox inbox,
            Random random) {
        this.scenario = scenario;
        this.account = account;
        this.name = name;
        this.recipients = recipients;
        this.inbox = inbox;
        this.random = random;
    }

    public Jid account() { return account; }

    public Ledger ledger() { return ledger; }

    /** Returns the JID of a contact that only this device edits. */
    public String contact(int number) {
        return "contact-" + number + "@" + name + ".example";
    }

    /** Returns the number of the last acknowledged edit, by contact. */
    public Map<Integer, Integer> edits() {
        return edits;
    }

    /** Chats until the server is gone; reconnects after dropping the connection itself. */
    public void chat() throws Exception {
        for (boolean again = true; again;) {
            var reader = connect();
            again = write();
            client.close();
            reader.join();
        }
    }

    /** Reconnects, and waits until the server has acknowledged all stanzas. */
    public void settle() throws Exception {
        connect();
        client.send("<r xmlns='" + SM + "'/>");
        if (!ledger.awaitRoom(1, () -> !alive)) scenario.complain(name + " cannot get everything acknowledged");
    }

    public void leave() throws IOException {
        client.send("</stream:stream>");
        client.close();
    }

    // ---- connecting

    /** Connects. @return the thread that reads until the connection is lost */
    private Thread connect() throws Exception {
        client = scenario.server().authenticate(account);
        alive = true;
        if (stream.isEmpty() || !resume()) begin();
        return Thread.ofVirtual().name(name).start(this::read);
    }

    /** Resumes the session. @return false if the session is gone; the server has then sent its last {@code h} */
    private boolean resume() throws Exception {
        client.send("<resume xmlns='" + SM + "' previd='" + stream + "' h='" + received + "'/>");
        var answer = client.receive();
        switch (answer.name()) {
            case "resumed" -> {
                handled(answer);
                for (var stanza : ledger.open()) client.send(stanza.xml());
                client.send("<r xmlns='" + SM + "'/>");
                return true;
            }
            case "failed" -> {
                handled(answer);
                return false;
            }
            default -> throw new IOException("no answer to <resume/>: " + answer);
        }
    }

    private void begin() throws Exception {
        client.bind(name).send("<enable xmlns='" + SM + "' resume='true'/>");
        lastNumbers.clear();
        var answer = client.receive();
        for (; !answer.is(SM, "enabled"); answer = client.receive()) accept(answer);
        stream = answer.attribute("id");
        received = 0;
        var again = ledger.anew();
        send(new Ledger.Sent("", "<iq type='set' id='carbons'><enable xmlns='urn:xmpp:carbons:2'/></iq>", false));
        send(new Ledger.Sent("", "<presence/>", false));
        for (var stanza : again) send(stanza);
    }

    // ---- sending

    /** Sends stanzas. @return true if the device dropped the connection, false if the server did */
    private boolean write() throws Exception {
        int sinceRequest = MOST_OPEN; // resent stanzas need an <r/> too
        try {
            while (ledger.awaitRoom(MOST_OPEN, () -> !alive) && alive) {
                send(next());
                if (++sinceRequest >= MOST_OPEN / 2 || random.nextInt(4) == 0) {
                    sinceRequest = 0;
                    client.send("<r xmlns='" + SM + "'/>");
                }
                if (random.nextInt(300) == 0) return true;
            }
        } catch (IOException lost) {
            alive = false;
        }
        return false;
    }

    private synchronized void send(Ledger.Sent stanza) throws IOException {
        ledger.sent(stanza);
        client.send(stanza.xml());
    }

    private Ledger.Sent next() {
        if (random.nextInt(15) == 0) {
            edit++;
            return new Ledger.Sent("",
                    "<iq type='set' id='edit_" + edit + "'><query xmlns='jabber:iq:roster'><item jid='"
                            + contact(edit % CONTACTS)
                            + "' name='" + edit + "'/></query></iq>",
                    true);
        }
        var to = recipients.get(random.nextInt(recipients.size()));
        int number = numbers.merge(to.bare(), 1, Integer::sum);
        var id = name + "_" + to.local() + "_" + number;
        return new Ledger.Sent(id,
                "<message type='chat' id='" + id + "' to='" + to + "'><body>" + number + "</body></message>", true);
    }

    // ---- receiving

    private void read() {
        try {
            for (var e = client.receive(); e != ReceivedXml.CLOSED && e != ReceivedXml.END; e = client.receive()) {
                if (e.is(SM, "a")) handled(e);
                else if (e.is(SM, "r")) client.send("<a xmlns='" + SM + "' h='" + received + "'/>");
                else {
                    received++;
                    accept(e);
                }
            }
        } catch (IOException lost) {
            // the server was killed
        } catch (Exception | AssertionError e) {
            scenario.complain(name + ": " + e);
        } finally {
            alive = false;
            ledger.goOn();
        }
    }

    private void handled(ReceivedXml word) {
        try {
            scenario.acknowledged(
                    ledger.handled(word.attribute("h").isEmpty() ? 0 : Long.parseLong(word.attribute("h"))));
        } catch (IllegalStateException wrong) {
            scenario.complain(name + ": " + word + ": " + wrong.getMessage());
        }
    }

    private void accept(ReceivedXml stanza) {
        if (stanza.name().equals("iq") && stanza.attribute("id").startsWith("edit_")) {
            if (!stanza.attribute("type").equals("result")) scenario.complain(name + " cannot edit: " + stanza);
            int number = Integer.parseInt(stanza.attribute("id").substring(5));
            edits.merge(number % CONTACTS, number, Math::max);
        }
        if (!stanza.name().equals("message")) return;
        if (stanza.attribute("type").equals("error")) scenario.complain(name + " receives an error: " + stanza);
        var carbon = stanza.child("received").or(() -> stanza.child("sent")).flatMap(c -> c.child("forwarded"))
                .flatMap(f -> f.child("message"));
        var message = carbon.orElse(stanza);
        inbox.add(message.attribute("id"));
        if (message.child("delay").or(() -> stanza.child("delay")).isEmpty()) checkOrder(message.attribute("id"));
    }

    /** Checks that messages without {@code <delay/>} arrive in the order in which they were sent. */
    private void checkOrder(String id) {
        int end = id.lastIndexOf('_');
        int number = Integer.parseInt(id.substring(end + 1));
        Optional.ofNullable(lastNumbers.put(id.substring(0, end), number)).filter(before -> before >= number)
                .ifPresent(before -> scenario.complain(name + " receives " + id + " after " + before));
    }
}
