// SPDX-License-Identifier: Apache-2.0

import "./clock.js";
import { Analytics } from "@segment/analytics-node";
import { at, key, properties, traits, url } from "./calls.js";

const analytics = new Analytics({ writeKey: key, host: url, path: "/v1/batch", flushAt: 10, maxRetries: 5 });
analytics.on("error", (e) => console.error("client:", e.code, e.reason?.message ?? ""));
analytics.identify({ userId: "u-1", traits, timestamp: at });
analytics.track({ userId: "u-1", event: "Order Completed", properties, timestamp: at });
analytics.page({ anonymousId: "a-1", name: "Home", category: "Docs", properties: { url: "/" }, timestamp: at });
analytics.screen({ anonymousId: "a-1", name: "Cart", timestamp: at });
analytics.group({ userId: "u-1", groupId: "g-1", traits, timestamp: at });
analytics.alias({ userId: "u-1", previousId: "a-1", timestamp: at });
await analytics.closeAndFlush();
