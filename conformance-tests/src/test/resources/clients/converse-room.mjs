// The web client in a room. Arguments: URL, user, password, room, a folder for screenshots. Prints "ready". Then it reads
// commands, "say TEXT" and "hear TEXT", and prints each command when it is done.
import { createInterface } from "node:readline/promises";
import { browser, end, hear, login, open, say, seen, write } from "./browser.mjs";

const [url, user, password, room, pictures] = process.argv.slice(2);
let failure;
try {
  const page = await open(await browser("converse"), "converse");
  await login(page, url, user, password);
  await page.goto(`${url}#converse/room?jid=${room}`);
  await page.locator("converse-muc textarea.chat-textarea:visible").waitFor();
  say("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, text] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
    await (command === "say" ? write(page, text) : hear(page, text));
    say(line);
  }
  await seen(page, pictures, "with-others");
} catch (error) {
  failure = error;
}
await end(pictures, failure);
