// A browser with the web client in it, for scripts that say line by line what they have seen.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const profiles = [];
export const contexts = [];
export const say = (line) => console.log(line);

/** A browser with a profile of its own: without one there is no Web Push. */
export async function browser(name) {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  profiles.push(profile);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM, viewport: { width: 1100, height: 750 }, locale: "en-GB", permissions: ["notifications"],
    args: ["--no-sandbox", "--ignore-certificate-errors"], // the certificate is signed by itself, and CI is root
  });
  contexts.push(context);
  context.setDefaultTimeout(30_000);
  context.on("request", (request) => { if (!/^(https:\/\/localhost:|data:|blob:)/.test(request.url())) say(`${name} asks others: ${request.url()}`); });
  return context;
}

export async function open(context, name, page = context.pages()[0]) {
  page.on("websocket", (socket) => socket.on("framereceived", () => { if (!page.spoken) say(`${name} hears by WebSocket`); page.spoken = true; }));
  page.on("response", (response) => { if (new URL(response.url()).pathname === "/http-bind" && !page.spoken) { say(`${name} hears by BOSH`); page.spoken = true; } });
  page.on("pageerror", (error) => say(`${name}: ${error.message}`));
  page.on("console", (message) => { if (/Content.Security.Policy/i.test(message.text())) say(`${name}: ${message.text()}`); });
  return page;
}

/** @param look what to do when the form is there */
export async function login(page, url, user, password, look = async () => {}) {
  await page.goto(url);
  await page.waitForSelector('input[name="jid"]');
  await look();
  await page.fill('input[name="jid"]', user);
  await page.fill('input[name="password"]', password);
  await page.click('converse-login-form [type="submit"]');
  await page.waitForSelector("converse-user-profile .username");
}

export const hear = (page, words) => page.locator(".chat-msg__text", { hasText: words }).last().waitFor();
export const seen = (page, pictures, name) => page.screenshot({ path: join(pictures, `converse-${name}.png`) });

export async function write(page, words) {
  const field = page.locator("textarea.chat-textarea:visible");
  await field.fill(words);
  await field.press("Enter");
}

/** Ends what was begun; after a failure, with pictures of it. */
export async function end(pictures, failure) {
  if (failure) {
    say(String(failure));
    for (const [i, context] of contexts.entries()) for (const page of context.pages()) await page.screenshot({ path: join(pictures, `converse-failed-${i}.png`) }).catch(() => {});
  }
  await Promise.allSettled(contexts.map((context) => context.close()));
  for (const profile of profiles) rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  process.exit(failure ? 1 : 0);
}
