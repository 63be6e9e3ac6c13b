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
			description: "The scope in which an idempotency key identifies one event, beside the event's type: " +
				"the service that tracks it, its user, both, or with [] neither. After a change, the same keys get other ids.",
			standard: keyScopeParts(),
			shape: shape{
				kind: listShape, once: true, written: true,
				of: &shape{kind: wordShape, words: keyScopeParts},
			},
		},
		{
			name:        "on_violation",
			description: "How an event is treated whose data violate the map, unless its entry sets its own: " + violationText,
			standard:    string(CountViolations),
			shape:       shape{kind: wordShape, words: violationWords},
		},
		{
			name: "redact",
			description: "Fields that are dropped from the data of every event, declared or not. " +
				`A name is dropped at every depth. A path begins at the top of the data, and in it * stands for any one name.`,
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
			description: "Records of each accepted event of every type, declared or not. They are made before the records " +
				"of its own entry. Record of the client does not make them.",
			examples: []any{map[string]any{"record": []any{map[string]any{"metric": "events", "from": map[string]any{"event": "$type"}}}}},
			shape:    shape{kind: objectShape, object: &everyObject},
		},
		{
			name: "events",
			description: "The event types, by name. An event belongs to the entry of exactly its type, else to the longest " +
				"pattern that matches. A type without an entry is stored, too, and counted as other.",
			shape: shape{
				kind: mappingShape, names: eventKey,
				of: &shape{kind: objectShape, object: &eventObject},
			},
		},
	},
}
