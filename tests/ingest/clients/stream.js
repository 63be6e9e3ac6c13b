// SPDX-License-Identifier: Apache-2.0

// Sends events, some at a time, to a collector that is killed meanwhile, until the input ends. Of each round it says whether the client
// was told that all of its events were delivered: "told 7" or "lost 7".

import { createRequire } from "node:module";
import { key, url } from "./calls.js";

const [each, pause] = [5, 100];
const name = process.env.CLIENT;
const padding = "x".repeat(3000);
const later = (ms) => new Promise((done) => setTimeout(done, ms));
const say = (e) => console.error("client:", e?.code ?? "", e?.message ?? e);
const required = (module) => {
  const loaded = createRequire(import.meta.url)(module);
  return loaded.default ?? loaded;
};

// By default these two wait twice as long after each try. When they give up, an unhandled error ends the process.
const batches = { flushAt: each, flushInterval: pause, retryCount: 1000, axiosRetryConfig: { retryDelay: () => 300 } };

// Each client has a function that sends, and says whether all was delivered.
const clients = {
  "segment-node": async () => {
    const { Analytics } = await import("@segment/analytics-node");
    const analytics = new Analytics({ writeKey: key, host: url, path: "/v1/batch", flushAt: each, maxRetries: 50 });
    analytics.on("error", say);
    return called((message, done) => analytics.track(message, done));
  },
  "analytics-node": () => {
    const analytics = new (required("analytics-node"))(key, { host: url, ...batches });
    return called((message, done) => analytics.track(message, done));
  },
  "rudder-node": () => {
    const analytics = new (required("@rudderstack/rudder-sdk-node"))(key, { dataPlaneUrl: url, ...batches, logLevel: "error" });
    return called((message, done) => analytics.track(message, done));
  },
  "posthog-node v0": posthog,
  "posthog-node v1": posthog,
  jitsu: async () => {
    const { jitsuAnalytics } = await import("@jitsu/js");
    let failed = 0;
    const analytics = jitsuAnalytics({ host: url, writeKey: key, runtime: undefined, errorPolicy: (e) => { failed++; say(e); } });
    return async (all) => {
      failed = 0;
      await Promise.all(all.map((properties) => analytics.track("Order Completed", properties)));
      return failed === 0;
    };
  },
};

// called is a client that tells each event's end to a function.
function called(track) {
  return async (all) => {
    const ends = await Promise.all(all.map((properties) => new Promise((done) => track({ userId: "u-1", event: "Order Completed", properties }, done))));
    for (const e of ends) if (e) say(e);
    return ends.every((e) => !e);
  };
}

async function posthog() {
  const { PostHog } = await import("posthog-node");
  const client = new PostHog(key, { host: url, flushAt: 1000, flushInterval: 600_000, fetchRetryCount: 50, fetchRetryDelay: 500 });
  return async (all) => {
    const queued = new Promise((done) => {
      let n = 0;
      const stop = client.on("capture", () => { if (++n === all.length) { stop(); done(); } });
    });
    for (const properties of all) client.capture({ distinctId: "u-1", event: "Order Completed", properties });
    await queued; // the client does so a little later
    return client.flush().then(() => true, (e) => { say(e); return false; });
  };
}

let ending = false;
process.stdin.on("end", () => { ending = true; });
process.stdin.resume();
const send = await clients[name]();
for (let round = 0; !ending; round++) {
  const delivered = await send(Array.from({ length: each }, (_, i) => ({ client: name, number: round * each + i, padding })));
  console.log(delivered ? "told" : "lost", round);
  await later(pause);
}
process.exit();
