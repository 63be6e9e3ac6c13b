// SPDX-License-Identifier: Apache-2.0

// Calls that compile, for each client, and calls that must not: tsc fails where an expected error does not come.

import * as segmentBrowser from "./segment-browser.js";
import * as segmentNode from "./segment-node.js";
import * as posthogBrowser from "./posthog-browser.js";
import * as posthogNode from "./posthog-node.js";

export const order = {
  order_id: "o-17",
  currency: "EUR",
  total: 12.5,
  level: 2,
  email: undefined,
  paid_at: new Date("2026-11-28T10:00:00Z"),
  source: 7,
  ship: { "to-city": "Rome" },
  items: [{ sku: "s-1", quantity: 2 }, { sku: "s-2" }],
} as const satisfies Readonly<Record<string, unknown>>;

const paid = { ...order, items: [...order.items] };

export function viaSegmentBrowser(client: segmentBrowser.Client): void {
  void segmentBrowser.trackOrderCompleted(client, paid, { context: { ip: "0.0.0.0" } });
  void segmentBrowser.trackSignedIn(client, { method: "o'auth" });
  void segmentBrowser.trackLogin(client);
  void segmentBrowser.trackPage(client, "page.home", { path: "/" });
}

export function viaSegmentNode(client: segmentNode.Client): void {
  segmentNode.trackOrderCompleted(client, { userId: "u-1", messageId: "m-1" }, paid);
  segmentNode.trackSignedIn(client, { anonymousId: "a-1" }, { method: "o'auth" });
  segmentNode.trackLogin(client, { userId: "u-1" });
  segmentNode.trackPage(client, "page.home", { userId: "u-1" }, { path: "/" });
}

export function viaPosthogBrowser(client: posthogBrowser.Client): void {
  posthogBrowser.trackOrderCompleted(client, paid, { send_instantly: true });
  posthogBrowser.trackSignedIn(client, { method: "o'auth" });
  posthogBrowser.trackLogin(client);
  posthogBrowser.trackPage(client, "page.home", { path: "/" });
}

export function viaPosthogNode(client: posthogNode.Client): void {
  posthogNode.trackOrderCompleted(client, { distinctId: "u-1" }, paid);
  posthogNode.trackSignedIn(client, { distinctId: "a-1" }, { method: "o'auth" });
  posthogNode.trackLogin(client, { distinctId: "u-1" });
  posthogNode.trackPage(client, "page.home", { distinctId: "u-1" }, { path: "/" });
}

// What must not compile. Nothing calls it.
export function wrong(b: segmentBrowser.Client, n: segmentNode.Client, p: posthogNode.Client): void {
  // @ts-expect-error a value that the map does not list
  void segmentBrowser.trackSignedIn(b, { method: "fax" });
  // @ts-expect-error a required field is missing
  void segmentBrowser.trackSignedIn(b, {});
  // @ts-expect-error the properties are missing, and a field of them is required
  void segmentBrowser.trackSignedIn(b);
  // @ts-expect-error a field that the map does not have
  void segmentBrowser.trackSignedIn(b, { method: "email", other: 1 });
  // @ts-expect-error a number of the list, but for another type
  void segmentBrowser.trackOrderCompleted(b, { ...paid, level: 3 });
  // @ts-expect-error a required field of an entry is missing
  void segmentBrowser.trackOrderCompleted(b, { ...paid, items: [{ quantity: 1 }] });
  // @ts-expect-error a required field of an object is missing
  void segmentBrowser.trackOrderCompleted(b, { ...paid, ship: {} });
  // @ts-expect-error a text in place of a number
  void segmentBrowser.trackOrderCompleted(b, { ...paid, total: "12.5" });
  // @ts-expect-error a type that the pattern does not match
  void segmentBrowser.trackPage(b, "pages", { path: "/" });
  // @ts-expect-error nobody is named
  segmentNode.trackLogin(n, {});
  // @ts-expect-error the event is the function's business
  segmentNode.trackLogin(n, { userId: "u", event: "other" });
  // @ts-expect-error nobody is named
  posthogNode.trackLogin(p, {});
  // @ts-expect-error an event of other sources
  void segmentBrowser.trackFraudSuspected;
}
