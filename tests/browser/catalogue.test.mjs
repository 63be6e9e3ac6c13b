// The catalogue as one page of HTML, made by make browser of a hostile map and of the card game's, in a browser.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { accessible, build, fits, launch, open, variants } from "./harness.mjs";

const hostile = pathToFileURL(build + "hostile.html").href;
const game = pathToFileURL(build + "cardgame.html").href;
let browser;

before(async () => { browser = await launch(); });
after(() => browser?.close());

const done = async (page) => {
  assert.deepEqual(page.problems, []);
  await page.context().close();
};

test("both pages fit and are accessible, in every window", async () => {
  for (const url of [hostile, game]) {
    for (const [name, variant] of Object.entries(variants)) {
      const page = await open(browser, url, variant);
      await fits(page, `${url} ${name}`);
      await accessible(page, `${url} ${name}`);
      await done(page);
    }
  }
});

test("names and texts of the map are text, and load nothing", async () => {
  const page = await open(browser, hostile);
  await page.getByRole("heading", { name: '"><img src=x onerror=alert(1)>' }).waitFor();
  assert.equal(await page.locator("img, iframe, main script, b, i, u, s").count(), 0);
  await done(page);
});

test("the policy keeps other scripts and styles from the page", async () => {
  const page = await open(browser, game);
  await page.evaluate(() => {
    const s = document.createElement("script");
    s.textContent = "window.ran = true";
    document.body.append(s);
    const i = document.createElement("img");
    i.src = "http://127.0.0.1:1/";
    document.body.append(i);
  });
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.ok(page.problems.some((p) => p.startsWith("policy: ")), page.problems.join("\n"));
  await page.context().close();
});

test("it is searched by the keyboard alone", async () => {
  const page = await open(browser, game);
  await page.keyboard.press("Tab"); // the link that skips to the events
  await page.keyboard.press("Tab");
  await page.keyboard.type("coin amount");
  await page.getByText(/^1 of \d+ entries$/).waitFor();
  assert.deepEqual(await page.locator("article:visible h3").allTextContents(), ["coin_transaction"]);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter"); // the first link of the contents
  await page.waitForURL(/#coin_transaction$/);
  assert.ok(await page.locator("#coin_transaction").isVisible());
  await done(page);
});

test("a link to an entry that the search hides shows it", async () => {
  const page = await open(browser, game);
  await page.getByRole("searchbox").fill("coin amount");
  await page.evaluate(() => { location.hash = "#user_logged_in"; });
  await page.locator("#user_logged_in").waitFor({ state: "visible" });
  assert.equal(await page.getByRole("searchbox").inputValue(), "");
  await done(page);
});

test("what is printed are all entries, and no search", async () => {
  const page = await open(browser, game, variants.dark);
  await page.emulateMedia({ media: "print" });
  assert.ok(!(await page.getByRole("searchbox").isVisible()));
  assert.ok((await page.locator("article:visible").count()) > 20);
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  await done(page);
});
