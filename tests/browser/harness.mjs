// What tests of pages have in common. Any page can be held to the checks here, from a server or from a file:
//
//   const browser = await launch();
//   const page = await open(browser, url, variants.dark);
//   await accessible(page);        // axe-core finds nothing serious
//   await fits(page);              // nothing is wider than the window
//   page.problems                  // errors, dialogs, requests to elsewhere and breaches of the policy; expect none

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export const build = fileURLToPath(new URL("../../.build/browser/", import.meta.url));
const require = createRequire(build + "package.json");
const { chromium } = require("playwright-core");
const axe = require("axe-core");

const programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

// launch starts Chromium, with further switches of its command line.
export async function launch(...switches) {
  const executablePath = process.env.CHROMIUM ?? programs.find(existsSync);
  assert.ok(executablePath, "no Chromium here: apt-get install chromium fonts-dejavu-core, or name one in CHROMIUM");
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...switches] });
}

// The windows that each page has to work in. At 200 % zoom, a window of 1280 pixels has 640 of CSS.
export const variants = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 800 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  zoom: { colorScheme: "light", viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
};

// open opens a page in a window of its own. allowed are the beginnings of URLs that it may ask, beside its own.
export async function open(browser, url, variant = variants.light, { context, allowed = [] } = {}) {
  context ??= await browser.newContext(variant);
  const page = await context.newPage();
  page.setDefaultTimeout(30000);
  page.problems = [];
  const origin = new URL(url).origin;
  page.on("pageerror", (e) => page.problems.push("error: " + e.message));
  page.on("dialog", (d) => { page.problems.push("dialog: " + d.message()); d.dismiss(); });
  page.on("console", (m) => { if (/Content Security Policy|Trusted Type/i.test(m.text())) page.problems.push("policy: " + m.text()); });
  page.on("request", (r) => {
    if (!r.url().startsWith(origin) && !/^(data|blob|file):/.test(r.url()) && !allowed.some((a) => r.url().startsWith(a))) page.problems.push("request: " + r.url());
  });
  await page.goto(url);
  return page;
}

// until waits until a reading is as it should be, and returns the last one. A reading that fails is repeated, too.
export async function until(read, good = Boolean) {
  const late = performance.now() + 60_000;
  for (;;) {
    const last = await read().catch((problem) => { if (performance.now() > late) throw problem; });
    if (last !== undefined && good(last) || performance.now() > late) return last;
    await new Promise((done) => setTimeout(done, 100));
  }
}

export async function accessible(page, where = "") {
  const { violations } = await page.evaluate(async (source) => {
    if (!window.axe) { (0, eval)(source); } // in the tools' way, which no policy binds
    return window.axe.run(document, { resultTypes: ["violations"] });
  }, axe.source).catch(async () => {
    // A policy forbids eval in the page: have the debugger's own way bring the script.
    const session = await page.context().newCDPSession(page);
    await session.send("Runtime.evaluate", { expression: axe.source });
    const { result } = await session.send("Runtime.evaluate", { expression: "axe.run(document, {resultTypes: ['violations']}).then((r) => JSON.stringify(r))", awaitPromise: true });
    await session.detach();
    return JSON.parse(result.value);
  });
  const bad = violations.filter((v) => v.impact === "serious" || v.impact === "critical");
  assert.deepEqual(bad.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ") + " " + (n.any[0]?.message ?? "")).join("; ")}`), [], "axe-core " + where);
}

export async function fits(page, where = "") {
  const { wide, all } = await page.evaluate(() => ({ wide: document.scrollingElement.scrollWidth, all: document.scrollingElement.clientWidth }));
  assert.ok(wide <= all + 1, `${where}: the page is ${wide} pixels wide in a window of ${all}`);
}

// inked reports how many pixels of the canvases within a selector have a colour.
export const inked = (page, selector) => page.evaluate((s) => {
  let n = 0;
  for (const c of document.querySelectorAll(s + " canvas")) {
    const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0 && Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) > 40) n++;
  }
  return n;
}, selector);

// Service is a program that prints the URL of its page as the first line.
export class Service {
  static async start(args = []) {
    const s = new Service();
    s.process = spawn(build + "site", args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    for await (const chunk of s.process.stdout) {
      text += chunk;
      if (text.includes("\n")) break;
    }
    s.url = text.split("\n")[0];
    s.origin = new URL(s.url).origin;
    return s;
  }

  async post(path, body) {
    const r = await fetch(this.origin + path, { method: "POST", body: JSON.stringify(body) });
    return { status: r.status, text: await r.text() };
  }

  track(event) {
    return this.post("/test/track", event);
  }

  async metrics() {
    return (await fetch(this.origin + "/metrics")).text();
  }

  // stop ends the program, and returns how many milliseconds that took.
  async stop() {
    if (this.process.exitCode !== null) return 0;
    const began = performance.now();
    const ended = once(this.process, "exit");
    this.process.kill("SIGTERM");
    const [code] = await ended;
    assert.equal(code, 0, "the service's exit code");
    return performance.now() - began;
  }
}
