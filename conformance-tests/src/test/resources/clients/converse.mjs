// Two browsers with the web client: one uses WebSocket; the other has no WebSocket and uses BOSH. Prints a line for each thing seen.
// Arguments: URL, two users, their password, a room, a folder for screenshots; then the endpoint and the keys of a browser at
// a push service; then the URL of a server with OMEMO, which has accounts of the same names.
// Reads two lines from standard input: the notification that the push service received, which goes to the first browser's worker;
// then a line when the server with OMEMO has the keys of both users.
import { createInterface } from "node:readline/promises";
import * as browsers from "./browser.mjs";
import { browser, end, hear, open, say, write } from "./browser.mjs";

const [url, alice, bob, password, room, pictures, endpoint, p256dh, auth, encrypted] = process.argv.slice(2);
const domain = "localhost";
const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const seen = (page, name) => browsers.seen(page, pictures, name);
const login = (page, user, where = url) => browsers.login(page, where, user, password, () => seen(page, `login-${user}`));

/** Makes a browser subscribe at the test's push service, because the test cannot reach the browser's own. */
const subscribeAtTestService = ({ endpoint, p256dh, auth }) => {
  PushManager.prototype.subscribe = async function ({ applicationServerKey }) {
    console.info(`subscribes with ${applicationServerKey}`);
    return { toJSON: () => ({ endpoint, keys: { p256dh, auth } }) };
  };
};

/** Makes each WebSocket fail, as behind a proxy that does not support them. */
const unreachable = () => {
  window.WebSocket = class {
    constructor() { setTimeout(() => { this.onerror?.(new Event("error")); this.onclose?.(new CloseEvent("close", { code: 1006 })); }); }
    close() {}
  };
};

let failure;
try {
  const [first, second] = await Promise.all([browser("alice"), browser("bob")]);
  await first.addInitScript(subscribeAtTestService, { endpoint, p256dh, auth });
  await second.addInitScript(unreachable);
  const [a, b] = [await open(first, "alice"), await open(second, "bob")];
  const subscribed = a.waitForEvent("console", (message) => message.text().includes("notifications by Web Push"));
  subscribed.catch(() => {}); // a failure is reported below
  await Promise.all([login(a, alice), login(b, bob)]);
  say("both are logged in");
  say((await subscribed).text());

  await Promise.all([a.goto(`${url}#converse/chat?jid=${bob}@${domain}`), b.goto(`${url}#converse/chat?jid=${alice}@${domain}`)]);
  await hear(a, "long ago");
  say("history is shown");
  await write(a, "good evening");
  await hear(b, "good evening");
  await write(b, "and to you");
  await hear(a, "and to you");
  say("both have chatted");
  await seen(a, "1-chat-websocket");
  await seen(b, "2-chat-bosh");

  const picture = await a.screenshot({ clip: { x: 0, y: 0, width: 320, height: 200 } });
  await a.locator('input[type="file"]').last().setInputFiles({ name: "picture.png", mimeType: "image/png", buffer: picture });
  const shown = b.locator("img.chat-image").last();
  await shown.waitFor();
  await b.waitForFunction(() => [...document.querySelectorAll("img.chat-image")].some((image) => image.complete && image.naturalWidth === 320));
  say("a picture is shown");
  await seen(b, "3-picture");

  for (const page of [a, b]) await page.goto(`${url}#converse/room?jid=${room}`);
  await a.locator("converse-muc textarea.chat-textarea:visible").waitFor();
  await b.locator("converse-muc textarea.chat-textarea:visible").waitFor();
  await write(a, "to all of you");
  await hear(b, "to all of you");
  await write(b, "heard by all");
  await hear(a, "heard by all");
  say("both have talked in a room");
  await seen(a, "4-room");

  const blank = await first.newPage();
  await blank.goto(`${url}web/manifest.json`); // of the same origin, without the client
  const workers = await first.newCDPSession(blank);
  const registered = new Promise((found) => workers.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => { if (registrations.length) found(registrations[0]); }));
  await workers.send("ServiceWorker.enable");
  const { registrationId } = await registered;
  await a.close();
  say("alice's page is closed");
  await b.goto(`${url}#converse/chat?jid=${alice}@${domain}`);
  await write(b, "are you still there");
  const { value: data } = await input.next();
  say(`pushed ${data}`);
  await workers.send("ServiceWorker.deliverPushMessage", { origin: new URL(url).origin, registrationId, data });
  let notifications = [];
  for (let i = 0; i < 100 && !notifications.length; i++) notifications = await blank.evaluate(async () => {
    await new Promise((soon) => setTimeout(soon, 50));
    const registration = await navigator.serviceWorker.getRegistration("/");
    return (await registration.getNotifications()).map(({ title, body }) => `${title}: ${body}`);
  });
  say(`notified: ${notifications}`);

  const [c, d] = [await open(first, "alice with OMEMO", await first.newPage()), await open(second, "bob with OMEMO", await second.newPage())];
  await Promise.all([login(c, alice, encrypted), login(d, bob, encrypted)]);
  say("both are logged in with OMEMO");
  await input.next();
  await Promise.all([c.goto(`${encrypted}#converse/chat?jid=${bob}@${domain}`), d.goto(`${encrypted}#converse/chat?jid=${alice}@${domain}`)]);
  for (const page of [c, d]) await page.locator('.toggle-omemo[data-disabled="false"]:visible').click();
  await write(c, "for your eyes only");
  await hear(d, "for your eyes only");
  await write(d, "nobody else has seen it");
  await hear(c, "nobody else has seen it");
  await seen(d, "5-encrypted");
  say("both have written encrypted messages");
} catch (error) {
  failure = error;
}
await end(pictures, failure);
