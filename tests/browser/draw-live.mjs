// Draws the live page of a card game that is played for it: node draw-live.mjs CARDGAME PNG. make pictures does.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { launch, open } from "./harness.mjs";

const [program, picture] = process.argv.slice(2);
const dir = mkdtempSync(join(tmpdir(), "draw-live-"));
const game = spawn(program, ["-addr", "127.0.0.1:0", "-metrics-addr", "", "-data-dir", join(dir, "data"), "-players", "20", "-pause", "400ms", "-for", "2m"], { cwd: dir, stdio: ["ignore", "pipe", "pipe"] });
try {
  const url = await new Promise((found, fail) => {
    for (const stream of [game.stdout, game.stderr]) {
      createInterface({ input: stream }).on("line", (line) => { const m = line.match(/http:\S*token=\S+/); if (m) found(m[0]); });
    }
    game.on("exit", (code) => fail(new Error(`the card game ended with ${code} before it told its page`)));
  });
  const browser = await launch();
  const page = await open(browser, url, { colorScheme: "light", viewport: { width: 1280, height: 640 } });
  await page.waitForTimeout(25_000); // there is something to see by then
  if (page.problems.length > 0) throw new Error(page.problems.join("\n"));
  await page.screenshot({ path: picture });
  await browser.close();
} finally {
  game.removeAllListeners("exit");
  game.kill("SIGKILL");
  rmSync(dir, { recursive: true, force: true });
}
