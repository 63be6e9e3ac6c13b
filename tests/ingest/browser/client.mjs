// SPDX-License-Identifier: Apache-2.0

// Opens a page with a client in Chromium and has it make its calls: node client.mjs <page> <recorder>. Every name but 127.0.0.1
// leads to the recorder, an address that notes the names. A line of input has the page left; at the end of the input what went
// wrong is printed, a line each.

import { createInterface } from "node:readline";
import { launch, open, variants } from "../../browser/harness.mjs";

const [url, recorder] = process.argv.slice(2);
const { origin, searchParams } = new URL(url);
const browser = await launch(`--host-resolver-rules=MAP * ${recorder}, EXCLUDE 127.0.0.1`);
try {
  const context = await browser.newContext(variants.light);
  const problems = [];
  context.on("console", (m) => { if (m.type() === "error") problems.push("console: " + m.text()); });
  context.on("response", (r) => { if (r.status() >= 400) problems.push(`${r.status()}: ${r.url()}`); });
  const page = await open(browser, url, null, { context, allowed: [searchParams.get("doors")] });
  await page.waitForFunction(() => window.ready?.()); // the client has started
  await page.click("#buy"); // makes the calls
  for await (const _ of createInterface({ input: process.stdin })) await page.goto(origin + "/left");
  for (const problem of [...problems, ...page.problems]) console.log(problem);
} finally {
  await browser.close();
}
