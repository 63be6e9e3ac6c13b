// SPDX-License-Identifier: Apache-2.0

package eventmap

// eventObject is one event type, or a pattern for several.
var eventObject = objectDecl{
	name: "event", description: "One event type, or a pattern for several. Without keys it is declared and stored, and records nothing.",
	keys: []keyDecl{
		{name: "description", description: "What the event means, for people.", shape: shape{kind: textShape}},
		{
			name: "group", description: "Groups event types in documentation and dashboards.",
			examples: []any{"users"},
			shape:    shape{kind: textShape},
		},
		{
			name: "go_name", description: "The name in generated Go, where the one that is made of the event's name is taken or does not suit.",
			examples: []any{"OrderAny"},
			shape:    shape{kind: textShape, text: goNameText},
		},
		deprecatedKey("event"),
		{
			name: "renamed_from",
			description: "The names that the event had before. What is tracked under one of them follows this entry, and queries for the " +
				"event find stored events under all of its names. None of them is declared any more; not for a pattern.",
			examples: []any{[]any{"signup"}},
			shape:    shape{kind: listShape, most: maxOldNames, once: true, of: &shape{kind: textShape, text: oldEventName}},
		},
		{
			name: "store", standard: true,
			description: "false: the event records metrics and is not stored.",
			shape:       shape{kind: booleanShape},
		},
		{
			name: "enabled", standard: true,
			description: "false: the event is stored, and its metrics start switched off.",
			shape:       shape{kind: booleanShape},
		},
		{
			name: "data",
			description: "What the payload holds, by the name or path of the field. It documents the payload, and expressions can " +
				"read what is declared; fields that are not declared are kept.",
			examples: []any{map[string]any{
				"order.total": map[string]any{"type": "double"},
				"ip":          map[string]any{"type": "string", "redact": "hash"},
			}},
			shape: shape{
				kind: mappingShape, names: fieldKey,
				of: &shape{kind: objectShape, object: &fieldObject},
			},
		},
		{
			name: "record", description: "The metrics that the event updates, in this order.",
			examples: []any{[]any{map[string]any{"metric": "user_logins"}}},
			shape:    shape{kind: listShape, of: &shape{kind: objectShape, object: &recordObject}},
		},
	},
}

// everyObject is what the map says about all events.
var everyObject = objectDecl{
	name: "every_event", description: "What every event records.",
	keys: []keyDecl{
		{
			name: "record",
			description: "The metrics that each event updates, in this order. Attributes come from $type, $platform, $module, $session_present, " +
				"set, or fields that have one type in every event which declares them.",
			examples: []any{[]any{map[string]any{"metric": "events", "from": map[string]any{"event": "$type"}}}},
			shape:    shape{kind: listShape, of: &shape{kind: objectShape, object: &recordObject}},
		},
	},
}

// fieldObject is one field of the data of an event.
var fieldObject = objectDecl{
	name: "field", description: "One field of the event's data.",
	keys: []keyDecl{
		{
			name: "type",
			description: "The type, named as MongoDB's $type does; any when it is not declared. A field of another type is stored as it is, " +
				"and counted.",
			shape: shape{kind: wordShape, words: fieldTypes},
		},
		{name: "description", description: "What the field means, for people.", shape: shape{kind: textShape}},
		deprecatedKey("field"),
		{
			name: "redact",
			description: "What becomes of the field before anything is stored or recorded: drop removes it, hash puts its keyed HMAC-SHA-256 " +
				"in its place. It is kept by default.",
			shape: shape{kind: wordShape, words: redactWords},
		},
		{
			name: "go_name", description: "The name in generated Go, where the one that is made of the field's name is taken or does not suit.",
			examples: []any{"OrderTotal"},
			shape:    shape{kind: textShape, text: goNameText},
		},
	},
}

// recordObject is one update of a metric.
var recordObject = objectDecl{
	name: "record", description: "One update of a metric. An attribute that is neither in set nor in from comes from the top-level data field of its name.",
	keys: []keyDecl{
		{
			name: "metric", description: "The name of the metric that is updated.", required: true,
			examples: []any{"user_logins"},
			shape:    shape{kind: textShape, text: metricKey},
		},
		{
			name: "set", description: "Attributes with a constant value: one of the attribute's values, or its default; with a limit any text.",
			examples: []any{map[string]any{"auth_method": "google"}},
			shape:    shape{kind: mappingShape, of: &shape{kind: textShape, text: attributeText}},
		},
		{
			name: "from",
			description: "Attributes that come from elsewhere than the data field of their own name: a data path, or $type, $platform, $module or " +
				"$session_present of the event; not a field that tells users, sessions or traces apart, such as user_id.",
			examples: []any{map[string]any{"event": "$type", "language": "repository.language"}},
			shape:    shape{kind: mappingShape, of: &shape{kind: textShape, text: sourceText}},
		},
		{
			name: "value",
			description: "What is added, set or observed: a data path (items.$size is the number of elements of an array), a finite number, " +
				`or "=EXPRESSION". Counters add 1 by default; gauges and histograms need it.`,
			examples: []any{"duration", "items.$size", -1, "=data.amount ?? 1"},
			shape:    shape{kind: dataShape, text: valueText},
		},
		{
			name: "when", description: "The record is made only when this expression holds; always by default.",
			examples: []any{"data.amount > 0", "not (data.test ?? false)"},
			shape:    shape{kind: textShape, text: whenText},
		},
	},
}
