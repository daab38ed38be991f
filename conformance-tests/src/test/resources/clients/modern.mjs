// xmpp.js logs in with a password (SASL2, Bind 2), is given a token (FAST), loses its connection and resumes its session, and
// logs in anew with nothing but the token. Prints what it used each time.
import { client, xml } from "@xmpp/client";

const [service, domain, username, password] = process.argv.slice(2);
const userAgent = xml("user-agent", { id: "d4565fa7-4d72-4749-b3d3-740edbf87770" }, [xml("software", {}, "xmpp.js")]);
let token;

function begin(credentials) {
  const xmpp = client({ service, domain, credentials, userAgent, username });
  xmpp.timeout = 60_000; // the machine may be busy
  xmpp.fast.saveToken = async (t) => { token = t; };
  xmpp.fast.fetchToken = async () => token;
  xmpp.on("error", (e) => console.log("error", e.message));
  xmpp.on("send", (e) => e.is("authenticate", "urn:xmpp:sasl:2") && console.log("used", e.attrs.mechanism));
  return xmpp;
}

const happens = (emitter, event) => new Promise((resolve) => emitter.once(event, resolve));
const whoever = begin({ username, password });
console.log("bound", String(await whoever.start()));
const resumed = happens(whoever.streamManagement, "resumed");
whoever.socket.socket.destroy();
await resumed;
console.log("resumed", String(whoever.jid));
await whoever.stop();

const again = begin({ username, password: "forgotten" });
console.log("bound", String(await again.start()));
const answer = await again.iqCaller.request(xml("iq", { type: "get", to: domain }, xml("ping", "urn:xmpp:ping")));
console.log("answered", answer.attrs.type);
await again.stop();
process.exit(0);
