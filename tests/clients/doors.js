// SPDX-License-Identifier: Apache-2.0

// Sends what src/calls.ts tracks to the doors for events over HTTP: node doors.js URL KEY. The tests of tests/ingest do.

import { Analytics } from "@segment/analytics-node";

import { viaSegmentNode } from "./out/calls.js";

const [url, key] = process.argv.slice(2);
const client = new Analytics({ writeKey: key, host: url, path: "/v1/batch", flushAt: 4 });
viaSegmentNode(client);
await client.closeAndFlush({ timeout: 10_000 });
