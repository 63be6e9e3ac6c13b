// SPDX-License-Identifier: Apache-2.0

import "./clock.js";
import { createRequire } from "node:module";
import { at, key, properties, traits, url } from "./calls.js";

const loaded = createRequire(import.meta.url)("@rudderstack/rudder-sdk-node");
const Analytics = loaded.default ?? loaded;
const analytics = new Analytics(key, { dataPlaneUrl: url, flushAt: 20, retryCount: 5, logLevel: "error" });
analytics.identify({ userId: "u-1", traits, timestamp: at });
analytics.track({ userId: "u-1", event: "Order Completed", properties, timestamp: at });
analytics.page({ anonymousId: "a-1", name: "Home", category: "Docs", properties: { url: "/" }, timestamp: at });
analytics.screen({ anonymousId: "a-1", name: "Cart", timestamp: at });
analytics.group({ userId: "u-1", groupId: "g-1", traits, timestamp: at });
analytics.alias({ userId: "u-1", previousId: "a-1", timestamp: at });
await new Promise((done) => analytics.flush(done));
