// SPDX-License-Identifier: Apache-2.0

import "./clock.js";
import { jitsuAnalytics } from "@jitsu/js";
import { key, properties, traits, url } from "./calls.js";

const analytics = jitsuAnalytics({ host: url, writeKey: key, runtime: undefined });
await analytics.identify("u-1", traits);
await analytics.track("Order Completed", properties);
await analytics.page({ name: "Home", category: "Docs", url: "/" });
await analytics.group("g-1", traits);
