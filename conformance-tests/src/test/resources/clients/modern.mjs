// xmpp.js logs in with a password (SASL2, Bind 2) and receives a token (FAST). It loses its connection, resumes its session, and
// logs in again with the token only. Prints the mechanism of each login.
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
const first = begin({ username, password });
console.log("bound", String(await first.start()));
const resumed = happens(first.streamManagement, "resumed");
first.socket.socket.destroy();
await resumed;
console.log("resumed", String(first.jid));
await first.stop();

const again = begin({ username, password: "forgotten" });
console.log("bound", String(await again.start()));
const answer = await again.iqCaller.request(xml("iq", { type: "get", to: domain }, xml("ping", "urn:xmpp:ping")));
console.log("answered", answer.attrs.type);
await again.stop();
process.exit(0);
