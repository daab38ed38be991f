// Logs in by WebSocket and sends a message to itself. Then it sends presence and ends the stream at once, while the server still
// returns the presence. Arguments: URL, domain, user, password.
import WebSocket from "ws";

globalThis.WebSocket ??= WebSocket;
const { client, xml } = await import("@xmpp/client");

const [service, domain, username, password] = process.argv.slice(2);
const xmpp = client({ service, domain, username, password, resource: "js" });
xmpp.on("error", (error) => { console.error(error); process.exit(1); });
xmpp.on("stanza", (stanza) => {
  if (!stanza.is("message")) return;
  console.log("heard " + stanza.getChildText("body"));
  xmpp.send(xml("presence"));
  xmpp.stop().then(() => console.log("stopped"));
});
xmpp.on("online", async (address) => {
  console.log("online " + address);
  await xmpp.send(xml("message", { type: "chat", to: address }, xml("body", {}, "good evening")));
});
await xmpp.start();
