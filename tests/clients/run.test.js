// SPDX-License-Identifier: Apache-2.0

// The generated code, run with the real clients for Node.js against a server that records what they send. The clients for browsers
// need a browser: their calls are recorded in place of the client.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";

import { Analytics } from "@segment/analytics-node";
import { PostHog } from "posthog-node";

import { viaPosthogBrowser, viaPosthogNode, viaSegmentBrowser, viaSegmentNode } from "./out/calls.js";

// What each client sends for the calls of src/calls.ts: the names and properties of the map.
const want = [
  ["order_completed", {
    order_id: "o-17", currency: "EUR", total: 12.5, level: 2, paid_at: "2026-11-28T10:00:00.000Z", source: 7,
    ship: { "to-city": "Rome" }, items: [{ sku: "s-1", quantity: 2 }, { sku: "s-2" }],
  }],
  ["signed_in", { method: "o'auth" }],
  ["login", {}],
  ["page.home", { path: "/" }],
];

// recorder starts a server that answers everything with 200.
async function recorder(t) {
  const requests = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const text = body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body).toString() : body.toString();
      if (text !== "") requests.push({ path: request.url, body: JSON.parse(text) });
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ status: 1, success: true }));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }));
  return { requests, url: `http://127.0.0.1:${server.address().port}` };
}

const plain = (value) => JSON.parse(JSON.stringify(value));

test("Segment's client for Node.js", async (t) => {
  const { requests, url } = await recorder(t);
  const client = new Analytics({ writeKey: "k", host: url, path: "/v1/batch", flushAt: 4, disable: false });
  client.on("error", (error) => assert.fail(JSON.stringify(error)));
  viaSegmentNode(client);
  await client.closeAndFlush({ timeout: 10_000 });
  const sent = requests.flatMap((r) => r.body.batch);
  assert.deepEqual(sent.map((m) => [m.event, m.properties]), want);
  assert.deepEqual(sent.map((m) => m.userId ?? m.anonymousId), ["u-1", "a-1", "u-1", "u-1"]);
  assert.equal(sent[0].messageId, "m-1");
  assert.ok(sent.every((m) => m.type === "track"));
});

test("PostHog's client for Node.js", async (t) => {
  const { requests, url } = await recorder(t);
  const client = new PostHog("phc_k", { host: url, flushAt: 4, disableGeoip: false });
  viaPosthogNode(client);
  await client.shutdown(10_000);
  const sent = requests.flatMap((r) => r.body.batch ?? []);
  // The client adds properties of its own, whose names begin with a dollar.
  const own = (properties) => Object.fromEntries(Object.entries(properties).filter(([name]) => !name.startsWith("$")));
  assert.deepEqual(sent.map((m) => [m.event, own(m.properties)]), want);
  assert.deepEqual(sent.map((m) => m.distinct_id), ["u-1", "a-1", "u-1", "u-1"]);
});

test("Segment's client for browsers", () => {
  const calls = [];
  viaSegmentBrowser({ track: (...call) => { calls.push(call); return Promise.resolve(); } });
  assert.deepEqual(calls.map(([event, properties]) => [event, plain(properties)]), want);
  assert.deepEqual(calls[0][2], { context: { ip: "0.0.0.0" } });
});

test("PostHog's client for browsers", () => {
  const calls = [];
  viaPosthogBrowser({ capture: (...call) => { calls.push(call); } });
  assert.deepEqual(calls.map(([event, properties]) => [event, plain(properties)]), want);
  assert.deepEqual(calls[0][2], { send_instantly: true });
});

test("patterns find in JavaScript what they find in Go", () => {
  const { texts, patterns } = JSON.parse(readFileSync(process.env.PATTERNS, "utf8"));
  for (const { pattern, in: indexes } of patterns) {
    const re = new RegExp(pattern, "u");
    assert.deepEqual(texts.flatMap((text, i) => (re.test(text) ? [i] : [])), indexes, pattern);
  }
  assert.ok(patterns.length > 100);
});
