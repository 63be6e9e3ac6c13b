// SPDX-License-Identifier: Apache-2.0

// Sends many events, some at a time, to a collector that is killed meanwhile. It says "ok" once a client was told that they were
// delivered, and sends the next after a line of input. What was not delivered is sent again, as the client allows.

import { createInterface } from "node:readline";
import { Analytics } from "@segment/analytics-node";
import { PostHog } from "posthog-node";
import { key, url } from "./calls.js";

const [rounds, each] = [30, 10];
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const told = () => {
  console.log("ok");
  return lines.next();
};
const later = (ms) => new Promise((done) => setTimeout(done, ms));

const clients = {
  // What could not be sent stays in the queue, and the next flush sends it.
  "posthog-node": async () => {
    const posthog = new PostHog(key, { host: url, flushAt: 1000, flushInterval: 600_000, fetchRetryCount: 0 });
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < each; i++) posthog.capture({ distinctId: "u-1", event: "Order Completed", properties: { client: "posthog-node", number: round * each + i } });
      await later(1); // the client queues an event a little later
      while (!(await posthog.flush().then(() => true, () => false))) await later(100);
      await told();
    }
    await posthog.shutdown();
  },
  // The client tries again on its own, and tells each event's end.
  "segment-node": async () => {
    const analytics = new Analytics({ writeKey: key, host: url, path: "/v1/batch", flushAt: each, maxRetries: 50 });
    analytics.on("error", (e) => { console.error("client:", e.code); process.exitCode = 1; });
    for (let round = 0; round < rounds; round++) {
      const sent = Array.from({ length: each }, (_, i) => new Promise((done, failed) =>
        analytics.track({ userId: "u-1", event: "Order Completed", properties: { client: "segment-node", number: round * each + i } }, (e) => (e ? failed(e) : done()))));
      await Promise.all(sent);
      await told();
    }
    await analytics.closeAndFlush();
  },
};
await clients[process.env.CLIENT]();
process.exit();
