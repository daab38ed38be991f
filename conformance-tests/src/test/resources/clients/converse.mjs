// Two browsers with the web client: one on a WebSocket, one that is kept from them and so on BOSH. What has been seen is said, line by line.
// Arguments: URL, two users, their password, a room, a folder for pictures; then the endpoint and the keys of a browser at a push service;
// then the URL of a server whose client encrypts end to end, where the users are called the same.
// What the push service is given comes on standard input, and goes to the first browser's worker as the browser's own service would bring it;
// and that the other server has the keys of both.
import { createInterface } from "node:readline/promises";
import * as browsers from "./browser.mjs";
import { browser, end, hear, open, say, write } from "./browser.mjs";

const [url, alice, bob, password, room, pictures, endpoint, p256dh, auth, sealed] = process.argv.slice(2);
const domain = "localhost";
const told = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const seen = (page, name) => browsers.seen(page, pictures, name);
const login = (page, user, where = url) => browsers.login(page, where, user, password, () => seen(page, `login-${user}`));

/** Has a browser subscribe at the test's push service: its own cannot be reached. Everything behind that is as it always is. */
const elsewhere = ({ endpoint, p256dh, auth }) => {
  PushManager.prototype.subscribe = async function ({ applicationServerKey }) {
    console.info(`subscribes with ${applicationServerKey}`);
    return { toJSON: () => ({ endpoint, keys: { p256dh, auth } }) };
  };
};

/** What a browser sees of WebSockets behind a proxy that knows none. */
const unreachable = () => {
  window.WebSocket = class {
    constructor() { setTimeout(() => { this.onerror?.(new Event("error")); this.onclose?.(new CloseEvent("close", { code: 1006 })); }); }
    close() {}
  };
};

let failure;
try {
  const [first, second] = await Promise.all([browser("alice"), browser("bob")]);
  await first.addInitScript(elsewhere, { endpoint, p256dh, auth });
  await second.addInitScript(unreachable);
  const [a, b] = [await open(first, "alice"), await open(second, "bob")];
  const subscribed = a.waitForEvent("console", (message) => message.text().includes("notifications by Web Push"));
  subscribed.catch(() => {}); // is heard of below
  await Promise.all([login(a, alice), login(b, bob)]);
  say("both are logged in");
  say((await subscribed).text());

  await Promise.all([a.goto(`${url}#converse/chat?jid=${bob}@${domain}`), b.goto(`${url}#converse/chat?jid=${alice}@${domain}`)]);
  await hear(a, "long ago");
  say("history is there");
  await write(a, "good evening");
  await hear(b, "good evening");
  await write(b, "and to you");
  await hear(a, "and to you");
  say("they have chatted");
  await seen(a, "1-chat-websocket");
  await seen(b, "2-chat-bosh");

  const picture = await a.screenshot({ clip: { x: 0, y: 0, width: 320, height: 200 } });
  await a.locator('input[type="file"]').last().setInputFiles({ name: "picture.png", mimeType: "image/png", buffer: picture });
  const shown = b.locator("img.chat-image").last();
  await shown.waitFor();
  await b.waitForFunction(() => [...document.querySelectorAll("img.chat-image")].some((image) => image.complete && image.naturalWidth === 320));
  say("a picture was sent and is shown");
  await seen(b, "3-picture");

  for (const page of [a, b]) await page.goto(`${url}#converse/room?jid=${room}`);
  await a.locator("converse-muc textarea.chat-textarea:visible").waitFor();
  await b.locator("converse-muc textarea.chat-textarea:visible").waitFor();
  await write(a, "to all of you");
  await hear(b, "to all of you");
  await write(b, "heard by all");
  await hear(a, "heard by all");
  say("they have talked in a room");
  await seen(a, "4-room");

  const blank = await first.newPage();
  await blank.goto(`${url}web/manifest.json`); // of the same origin, with no client in it
  const workers = await first.newCDPSession(blank);
  const registered = new Promise((found) => workers.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => { if (registrations.length) found(registrations[0]); }));
  await workers.send("ServiceWorker.enable");
  const { registrationId } = await registered;
  await a.close();
  say("alice's page is closed");
  await b.goto(`${url}#converse/chat?jid=${alice}@${domain}`);
  await write(b, "are you still there");
  const { value: data } = await told.next();
  say(`pushed ${data}`);
  await workers.send("ServiceWorker.deliverPushMessage", { origin: new URL(url).origin, registrationId, data });
  let notifications = [];
  for (let i = 0; i < 100 && !notifications.length; i++) notifications = await blank.evaluate(async () => {
    await new Promise((soon) => setTimeout(soon, 50));
    const registration = await navigator.serviceWorker.getRegistration("/");
    return (await registration.getNotifications()).map(({ title, body }) => `${title}: ${body}`);
  });
  say(`notified: ${notifications}`);

  const [c, d] = [await open(first, "alice, sealed,", await first.newPage()), await open(second, "bob, sealed,", await second.newPage())];
  await Promise.all([login(c, alice, sealed), login(d, bob, sealed)]);
  say("both are where letters are sealed");
  await told.next();
  await Promise.all([c.goto(`${sealed}#converse/chat?jid=${bob}@${domain}`), d.goto(`${sealed}#converse/chat?jid=${alice}@${domain}`)]);
  for (const page of [c, d]) await page.locator('.toggle-omemo[data-disabled="false"]:visible').click();
  await write(c, "for your eyes only");
  await hear(d, "for your eyes only");
  await write(d, "nobody else has seen it");
  await hear(c, "nobody else has seen it");
  await seen(d, "5-sealed");
  say("they have written sealed letters");
} catch (error) {
  failure = error;
}
await end(pictures, failure);
