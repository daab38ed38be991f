// Shows what this server pushes (docs/PUSH.md) while no page of the client is looked at, and leads there. It fetches and keeps nothing.

const title = (told) => (told.type === "call" ? "Call" : told.count > 1 ? `${told.count} new messages` : "New message");

async function show(told) {
  const pages = await self.clients.matchAll({ type: "window" });
  if (pages.some((page) => page.visibilityState === "visible" && new URL(page.url).pathname === "/")) return; // it shows the message itself
  const body = [told.from, told.body].filter(Boolean).join(": ") || told.account || "";
  await self.registration.showNotification(title(told), { body, tag: told.account, renotify: Boolean(told.account) });
}

async function open() {
  const [page] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return page ? page.focus() : self.clients.openWindow("/");
}

self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data.json();
  } catch {} // nothing is said: that there is something will do
  event.waitUntil(show(told));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open());
});
