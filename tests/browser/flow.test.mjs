// The drawing of the way of an event, in a browser.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, variants } from "./harness.mjs";

const drawing = new URL("../../docs/flow.svg", import.meta.url).href;
let browser;

before(async () => { browser = await launch(); });
after(() => browser?.close());

test("no text leaves its box or the drawing, and all can be read in light and dark", async () => {
  for (const variant of [variants.light, variants.dark]) {
    const page = await open(browser, drawing, variant);
    const { texts, faults } = await page.evaluate(() => {
      const light = (c) => { // relative luminance, WCAG 2.2
        const [r, g, b] = c.match(/[\d.]+/g).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const faults = [], texts = document.querySelectorAll("text");
      for (const t of texts) {
        const box = t.closest(".box")?.querySelector("rect") ?? document.querySelector(".page");
        const inner = t.getBBox(), outer = box.getBBox();
        if (inner.x < outer.x + 6 || inner.x + inner.width > outer.x + outer.width - 6 || inner.y < outer.y || inner.y + inner.height > outer.y + outer.height) faults.push(`${t.textContent} leaves its box`);
        const [a, b] = [light(getComputedStyle(t).fill), light(getComputedStyle(box).fill)];
        if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5) faults.push(`${t.textContent} has little contrast`);
      }
      return { texts: texts.length, faults };
    });
    assert.deepEqual(faults, []);
    assert.ok(texts > 20);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }
});

test("it says in words what it shows", async () => {
  const page = await open(browser, drawing);
  const text = await page.locator("#desc").textContent();
  for (const word of ["Track", "refused", "journal", "MongoDB", "quarantine", "/metrics", "OTLP", "console"]) assert.ok(text.includes(word), word);
  assert.equal(await page.locator("svg").getAttribute("aria-labelledby"), "title desc");
  await page.context().close();
});
