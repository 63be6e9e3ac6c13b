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
			name: "go_name", description: "The name in generated Go. Set it if the name that is made of the event's name is taken or unsuitable.",
			examples: []any{"OrderAny"},
			shape:    shape{kind: textShape, text: goNameText},
		},
		{
			name: "since", description: "Since when the event is tracked: a date or a version, for people.",
			examples: []any{"2026-11"},
			shape:    shape{kind: textShape, text: noteText},
		},
		deprecatedKey("event"),
		{
			name: "renamed_from",
			description: "The earlier names of the event. An event that is tracked under one of them belongs to this entry, and queries for the " +
				"event find stored events under all of its names. The earlier names must not be declared. Not for a pattern.",
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
			name: "on_violation", description: "How an event is treated whose data violate the map: " + violationText + " The default is the map's on_violation.",
			shape: shape{kind: wordShape, words: violationWords},
		},
		{
			name: "additional", standard: string(KeepAdditional),
			description: "How undeclared fields beside declared ones are treated: keep stores them, omit leaves them out, violate makes " +
				"each of them a violation.",
			shape: shape{kind: wordShape, words: additionalWords},
		},
		{
			name: "data",
			description: "The fields of the payload, by name or path. They document the payload, and expressions can " +
				"read declared fields. Undeclared fields are kept.",
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

// everyObject declares the records of all events.
var everyObject = objectDecl{
	name: "every_event", description: "The records of every event.",
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
			description: "The type, named as MongoDB's $type does, or a list of types. The default is any type. on_violation decides how an event " +
				"with a field of another type is treated.",
			shape: shape{kind: wordsShape, words: fieldTypes},
		},
		{
			name: "required", standard: false, description: "true: the field must exist, and not be null, wherever the object exists that it belongs to.",
			shape: shape{kind: booleanShape},
		},
		{
			name: "values", description: "All values that the field can have, each of the field's type.",
			examples: []any{[]any{"EUR", "USD"}},
			shape:    shape{kind: listShape, least: 1, most: maxFieldValues, of: &shape{kind: valueShape}},
		},
		{
			name: "pattern", description: "A regular expression in RE2's syntax that matches a part of the text. It is not anchored.",
			examples: []any{"^[A-Z]{3}$"},
			shape:    shape{kind: textShape, text: textRule{never: []string{""}, most: maxPatternBytes}},
		},
		{name: "min_length", description: "The least length of a text, in Unicode code points.", shape: shape{kind: wholeNumberShape, lo: 1, hi: maxRuleLength}},
		{name: "max_length", description: "The greatest length of a text, in Unicode code points.", shape: shape{kind: wholeNumberShape, lo: 1, hi: maxRuleLength}},
		{name: "min", description: "The least number that the field can have.", shape: shape{kind: numberShape}},
		{name: "max", description: "The greatest number that the field can have.", shape: shape{kind: numberShape}},
		{name: "max_items", description: "The greatest number of entries of an array.", shape: shape{kind: wholeNumberShape, lo: 1, hi: maxRuleLength}},
		{
			name: "items", description: "The fields of each entry of an array. Each entry must be an object.",
			examples: []any{map[string]any{"sku": map[string]any{"type": "string", "required": true}}},
			shape:    shape{kind: mappingShape, names: fieldKey, of: &shape{kind: fieldShape}},
		},
		{name: "description", description: "What the field means, for people.", shape: shape{kind: textShape}},
		deprecatedKey("field"),
		{
			name: "redact",
			description: "How the field is changed before anything is stored or recorded: drop removes it, hash replaces it by its keyed " +
				"HMAC-SHA-256. By default it is kept.",
			shape: shape{kind: wordShape, words: redactWords},
		},
		{
			name: "go_name", description: "The name in generated Go. Set it if the name that is made of the field's name is taken or unsuitable.",
			examples: []any{"OrderTotal"},
			shape:    shape{kind: textShape, text: goNameText},
		},
		{
			name: "go_names", description: "The ends of constants' names in generated Go, by value, for some of the field's values.",
			examples: []any{map[string]any{"+1": "ThumbsUp"}},
			shape:    shape{kind: mappingShape, of: &shape{kind: textShape, text: goNameText}},
		},
	},
}

// recordObject is one update of a metric.
var recordObject = objectDecl{
	name: "record", description: "One update of a metric. If an attribute is neither in set nor in from, its source is the top-level data field of its name.",
	keys: []keyDecl{
		{
			name: "metric", description: "The name of the metric that is updated.", required: true,
			examples: []any{"user_logins"},
			shape:    shape{kind: textShape, text: metricKey},
		},
		{
			name: "set", description: "Attributes with a constant value: one of the attribute's values, or its default. With a limit, any text.",
			examples: []any{map[string]any{"auth_method": "google"}},
			shape:    shape{kind: mappingShape, of: &shape{kind: textShape, text: attributeText}},
		},
		{
			name: "from",
			description: "Attributes with another source than the data field of their own name: a data path, or $type, $platform, $module or " +
				"$session_present of the event. A field that identifies users, sessions or traces, such as user_id, is not allowed.",
			examples: []any{map[string]any{"event": "$type", "language": "repository.language"}},
			shape:    shape{kind: mappingShape, of: &shape{kind: textShape, text: sourceText}},
		},
		{
			name: "value",
			description: "The value to add, set or observe: a data path (items.$size is the number of elements of an array), a finite number, " +
				`or "=EXPRESSION". Counters add 1 by default. Gauges and histograms need a value.`,
			examples: []any{"duration", "items.$size", -1, "=data.amount ?? 1"},
			shape:    shape{kind: dataShape, text: valueText},
		},
		{
			name: "when", description: "The record is made only if this expression is true. The default is always.",
			examples: []any{"data.amount > 0", "not (data.test ?? false)"},
			shape:    shape{kind: textShape, text: whenText},
		},
	},
}

// violationText describes the words of on_violation.
const violationText = "count stores and records it as it is, omit leaves the field out, quarantine keeps it in the quarantine file, reject refuses it. Each violation is counted."
