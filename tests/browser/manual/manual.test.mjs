// The manual as a site, made by make docs into .build/site, in a browser.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { deadLinks } from "../../../docs/site/check.mjs";
import { fits, launch, open, variants } from "../harness.mjs";

const site = fileURLToPath(new URL("../../../.build/site/", import.meta.url));
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2", ".json": "application/json" };
const pages = readdirSync(site, { recursive: true }).filter((f) => f.endsWith(".html") && f !== "404.html").sort();
let browser, server, origin;

before(async () => {
  server = createServer((request, response) => {
    try {
      const path = decodeURIComponent(new URL(request.url, "http://site").pathname).replace(/\/$/, "/index.html");
      const body = readFileSync(join(site, path));
      response.writeHead(200, { "Content-Type": types[extname(path)] ?? "text/plain" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  origin = `http://127.0.0.1:${server.address().port}/`;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server.close();
});

const done = async (page) => {
  assert.deepEqual(page.problems, []);
  await page.context().close();
};

for (const name of ["light", "phone"]) {
  test(`every page fits a window of ${variants[name].viewport.width} pixels, and asks no other host`, async () => {
    assert.ok(pages.length > 50, `only ${pages.length} pages`);
    const page = await open(browser, origin, variants[name]);
    for (const path of pages) {
      const answer = await page.goto(origin + path);
      assert.equal(answer.status(), 200, path);
      await page.locator("main h1").first().waitFor();
      await fits(page, path);
    }
    await done(page);
  });
}

test("the search finds a page by a word of its text", async () => {
  const page = await open(browser, origin);
  await page.getByRole("button", { name: "Search" }).first().click();
  await page.getByRole("searchbox").fill("OTEL_EXPORTER_OTLP_HEADERS");
  await page.locator(".VPLocalSearchBox .result[href*='exporters']").first().click();
  await page.getByRole("heading", { level: 1, name: "Exporters" }).waitFor();
  await done(page);
});

test("a reader can switch between dark and light, and every picture loads in both", async () => {
  const page = await open(browser, origin + "guarantees.html", variants.dark);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const loaded = () => page.locator("main img").evaluateAll((all) => all.map((i) => i.complete && i.naturalWidth > 0));
  const dark = await background();
  await page.waitForFunction(() => [...document.querySelectorAll("main img")].every((i) => i.complete));
  assert.deepEqual(await loaded(), [true]);
  await page.locator(".VPSwitchAppearance").first().click();
  await page.waitForFunction((before) => getComputedStyle(document.body).backgroundColor !== before, dark);
  assert.deepEqual(await loaded(), [true]);
  await done(page);
});

// ground returns the colour of a corner of a picture, as it is painted.
const ground = async (page, picture) => {
  const shot = (await picture.screenshot()).toString("base64");
  return page.evaluate(async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height }).getContext("2d");
    canvas.drawImage(image, 0, 0);
    return [...canvas.getImageData(image.width / 2, 6, 1, 1).data].slice(0, 3).join(" ");
  }, shot);
};

test("the drawing of the way of an event follows the switch, whatever the system prefers", async () => {
  const light = "255 255 255", dark = "13 17 23"; // --page of docs/flow.svg
  for (const [system, first, second] of [["light", light, dark], ["dark", dark, light]]) {
    const page = await open(browser, origin + "guarantees.html", variants[system]);
    const drawing = page.locator("main img").first();
    await drawing.scrollIntoViewIfNeeded();
    await page.waitForFunction(() => document.querySelector("main img").complete);
    assert.equal(await ground(page, drawing), first, `${system}, before the switch`);
    await page.locator(".VPSwitchAppearance").first().click();
    await page.waitForFunction((was) => document.documentElement.classList.contains("dark") !== was, system === "dark");
    assert.equal(await ground(page, drawing), second, `${system}, after the switch`);
    await done(page);
  }
});

test("the texts for tools have every page", () => {
  const index = readFileSync(site + "llms.txt", "utf8");
  const full = readFileSync(site + "llms-full.txt", "utf8");
  for (const path of pages.filter((p) => p !== "index.html")) {
    assert.ok(index.includes(`](${path}): `), `llms.txt lacks ${path}`);
    assert.ok(full.includes(`<!-- docs/${path.replace(".html", ".md")} -->`), `llms-full.txt lacks ${path}`);
  }
});

test("the check of links finds what leads nowhere", () => {
  const folder = mkdtempSync(join(tmpdir(), "links-"));
  writeFileSync(join(folder, "a.html"), '<h2 id="here">x</h2><a href="/a.html#here"></a><a href="#gone"></a><a href="b.html"></a><img src="c.png"><a href="https://example.com/"></a>');
  const { dead, followed } = deadLinks(folder);
  assert.equal(followed, 4);
  assert.deepEqual(dead.map((line) => line.split(": ")[1]), ["#gone", "b.html", "c.png"]);
});
