// SPDX-License-Identifier: Apache-2.0

package tscode

// client is a library that events are sent with, and how it is called.
type client struct {
	name    string // of the flag
	imports string
	types   string // declarations that the functions need
	meta    string // parameter between the client and the properties; empty: none
	options string // parameter behind the properties; empty: none
	result  string
	call    string // EVENT stands for the event type
}

// clients are those that the calls were compiled and run with, in tests/clients.
var clients = []client{
	{
		name:    "segment-browser",
		imports: `import type { AnalyticsBrowser } from "@segment/analytics-next";`,
		types: `/** Segment's client for browsers: the result of AnalyticsBrowser.load. */
export type Client = Pick<AnalyticsBrowser, "track">;

/** The options of its method track. */
export type Options = Parameters<AnalyticsBrowser["track"]>[2];`,
		options: "options?: Options",
		result:  `ReturnType<AnalyticsBrowser["track"]>`,
		call:    "client.track(EVENT, { ...properties }, options)",
	},
	{
		name:    "segment-node",
		imports: `import type { Analytics } from "@segment/analytics-node";`,
		types: `/** Segment's client for Node.js. */
export type Client = Pick<Analytics, "track">;

type Without<T> = T extends unknown ? Omit<T, "event" | "properties"> : never;

/** The other arguments of its method track: userId or anonymousId, and more. */
export type Meta = Without<Parameters<Analytics["track"]>[0]>;`,
		meta:   "meta: Meta",
		result: "void",
		call:   "client.track({ ...meta, event: EVENT, properties: { ...properties } })",
	},
	{
		name:    "posthog-browser",
		imports: `import type { PostHog } from "posthog-js";`,
		types: `/** PostHog's client for browsers. */
export type Client = Pick<PostHog, "capture">;

/** The options of its method capture. */
export type Options = Parameters<PostHog["capture"]>[2];`,
		options: "options?: Options",
		result:  `ReturnType<PostHog["capture"]>`,
		call:    "client.capture(EVENT, { ...properties }, options)",
	},
	{
		name:    "posthog-node",
		imports: `import type { PostHog } from "posthog-node";`,
		types: `/** PostHog's client for Node.js. */
export type Client = Pick<PostHog, "capture">;

/** The other arguments of its method capture: distinctId, and more. */
export type Meta = Omit<Parameters<PostHog["capture"]>[0], "event" | "properties" | "distinctId"> & { distinctId: string };`,
		meta:   "meta: Meta",
		result: "void",
		call:   "client.capture({ ...meta, event: EVENT, properties: { ...properties } })",
	},
}

func clientNames() []string {
	names := make([]string, len(clients))
	for i, c := range clients {
		names[i] = c.name
	}
	return names
}

func clientOf(name string) (client, bool) {
	for _, c := range clients {
		if c.name == name {
			return c, true
		}
	}
	return client{}, false
}
