// Shows the notifications that this server pushes (docs/PUSH.md) while no page of the client is visible. A click on one
// opens the client. The worker fetches and stores nothing.

const title = (push) => (push.type === "call" ? "Call" : push.count > 1 ? `${push.count} new messages` : "New message");

async function show(push) {
  const pages = await self.clients.matchAll({ type: "window" });
  if (pages.some((page) => page.visibilityState === "visible" && new URL(page.url).pathname === "/")) return; // the page shows the message
  const body = [push.from, push.body].filter(Boolean).join(": ") || push.account || "";
  await self.registration.showNotification(title(push), { body, tag: push.account, renotify: Boolean(push.account) });
}

async function open() {
  const [page] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return page ? page.focus() : self.clients.openWindow("/");
}

self.addEventListener("push", (event) => {
  let push = {};
  try {
    push = event.data.json();
  } catch {} // without data the notification says only that there is a new message
  event.waitUntil(show(push));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open());
});
