// SPDX-License-Identifier: Apache-2.0

import "./clock.js";
import { PostHog } from "posthog-node";
import { at, key, properties, traits, url } from "./calls.js";

const posthog = new PostHog(key, { host: url, flushAt: 20, flushInterval: 60_000, fetchRetryCount: Number(process.env.RETRIES ?? 5), fetchRetryDelay: 100 });
posthog.on("error", (e) => console.error("client:", e.message));
// In capture v1 the client waits for its next try with a timer that does not keep the process alive.
const alive = process.env.LET_DIE ? undefined : setInterval(() => {}, 1000);
posthog.identify({ distinctId: "u-1", properties: { $set: traits, $set_once: { first: "ad" } } });
posthog.capture({ distinctId: "u-1", event: "Order Completed", properties, groups: { company: "g-1" }, timestamp: at });
posthog.capture({ distinctId: "a-1", event: "$pageview", properties: { $current_url: "https://shop.example.com/", $process_person_profile: false, $session_id: "s-1" }, timestamp: at });
posthog.groupIdentify({ groupType: "company", groupKey: "g-1", properties: traits });
posthog.alias({ distinctId: "u-1", alias: "a-1" });
posthog.captureException(new Error("no such order"), "u-1", { order: 7 });
console.log("flag:", await posthog.isFeatureEnabled("new-cart", "u-1", { sendFeatureFlagEvents: false }));
for (let tries = 0; tries < Number(process.env.FLUSHES ?? 1); tries++) {
  await posthog.flush().catch((e) => console.error("flush:", e.name));
}
await posthog.shutdown();
clearInterval(alive);
