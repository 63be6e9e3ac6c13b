// SPDX-License-Identifier: Apache-2.0

package eventmap

// mapObject is the file as a whole.
var mapObject = objectDecl{
	description: "Declares every metric, every event type, and which event records into which metric. " +
		"Reference: https://github.com/otelanalytics/otelanalytics-go/blob/main/docs/event-map.md",
	keys: []keyDecl{
		{
			name: "version", description: "The version of this format: 1.", required: true,
			shape: shape{kind: wholeNumberShape, lo: version, hi: version},
		},
		{
			name: "key_scope",
			description: "Within what an idempotency key names one event, beside the event's type: " +
				"the service that tracks it, its user, both, or with [] neither. A change gives the same keys other ids.",
			standard: keyScopeParts(),
			shape: shape{
				kind: listShape, once: true, written: true,
				of: &shape{kind: wordShape, words: keyScopeParts},
			},
		},
		{
			name:        "on_violation",
			description: "What becomes of an event whose data do not keep to the map, unless its entry says otherwise: " + violationText,
			standard:    string(CountViolations),
			shape:       shape{kind: wordShape, words: violationWords},
		},
		{
			name: "redact",
			description: "What is dropped from the data of every event, those that the map does not declare included. " +
				`A name is dropped wherever it stands; a path begins at the top of the data, and in it * stands for any one name.`,
			examples: []any{[]any{"password", "token", "*.email"}},
			shape: shape{
				kind: listShape, most: maxRedactions, once: true,
				of: &shape{kind: textShape, text: redactedName},
			},
		},
		{
			name: "metrics", description: "The OpenTelemetry instruments, by name.",
			shape: shape{
				kind: mappingShape, names: metricKey,
				of: &shape{kind: objectShape, object: &metricObject},
			},
		},
		{
			name: "every_event",
			description: "What each accepted event of every type records, those that the map does not declare included, before the records " +
				"of its own entry. Record of the client makes none of it.",
			examples: []any{map[string]any{"record": []any{map[string]any{"metric": "events", "from": map[string]any{"event": "$type"}}}}},
			shape:    shape{kind: objectShape, object: &everyObject},
		},
		{
			name: "events",
			description: "The event types, by name. An event belongs to the entry of exactly its type, else to the longest " +
				"pattern that matches; a type without an entry is stored all the same and counted under other.",
			shape: shape{
				kind: mappingShape, names: eventKey,
				of: &shape{kind: objectShape, object: &eventObject},
			},
		},
	},
}
