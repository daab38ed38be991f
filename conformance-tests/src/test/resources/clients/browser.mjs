// Opens the web client in browsers, for scripts that print one line for each thing that they see.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const profiles = [];
export const contexts = [];
export const say = (line) => console.log(line);

/** Starts a browser with its own profile, which Web Push needs. */
export async function browser(name) {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  profiles.push(profile);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM, viewport: { width: 1100, height: 750 }, locale: "en-GB", permissions: ["notifications"],
    args: ["--no-sandbox", "--ignore-certificate-errors"], // the certificate is self-signed, and CI runs as root
  });
  contexts.push(context);
  context.setDefaultTimeout(30_000);
  context.on("request", (request) => {
    if (!/^(https:\/\/localhost:|data:|blob:)/.test(request.url())) say(`${name} requests another server: ${request.url()}`);
  });
  return context;
}

export async function open(context, name, page = context.pages()[0]) {
  page.on("websocket", (socket) => socket.on("framereceived", () => { if (!page.connected) say(`${name} receives by WebSocket`); page.connected = true; }));
  page.on("response", (response) => { if (new URL(response.url()).pathname === "/http-bind" && !page.connected) { say(`${name} receives by BOSH`); page.connected = true; } });
  page.on("pageerror", (error) => say(`${name}: ${error.message}`));
  page.on("console", (message) => { if (/Content.Security.Policy/i.test(message.text())) say(`${name}: ${message.text()}`); });
  return page;
}

/** @param look runs when the login form is shown */
export async function login(page, url, user, password, look = async () => {}) {
  await page.goto(url);
  await page.waitForSelector('input[name="jid"]');
  await look();
  await page.fill('input[name="jid"]', user);
  await page.fill('input[name="password"]', password);
  await page.click('converse-login-form [type="submit"]');
  await page.waitForSelector("converse-user-profile .username");
}

export const hear = (page, text) => page.locator(".chat-msg__text", { hasText: text }).last().waitFor();
export const seen = (page, pictures, name) => page.screenshot({ path: join(pictures, `converse-${name}.png`) });

export async function write(page, text) {
  const field = page.locator("textarea.chat-textarea:visible");
  await field.fill(text);
  await field.press("Enter");
}

/** Closes all browsers and exits; takes screenshots after a failure. */
export async function end(pictures, failure) {
  if (failure) {
    say(String(failure));
    for (const [i, context] of contexts.entries()) for (const page of context.pages()) await page.screenshot({ path: join(pictures, `converse-failed-${i}.png`) }).catch(() => {});
  }
  await Promise.allSettled(contexts.map((context) => context.close()));
  for (const profile of profiles) rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  process.exit(failure ? 1 : 0);
}
