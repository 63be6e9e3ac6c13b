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
		{
			name: "since", description: "Since when the event is tracked: a date or a version, for people.",
			examples: []any{"2026-11"},
			shape:    shape{kind: textShape, text: noteText},
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
			name: "on_violation", description: "What becomes of an event whose data do not keep to the map: " + violationText + " The map's on_violation by default.",
			shape: shape{kind: wordShape, words: violationWords},
		},
		{
			name: "additional", standard: string(KeepAdditional),
			description: "What becomes of fields that are not declared, beside declared ones: keep stores them, omit leaves them out, violate makes " +
				"each of them a violation.",
			shape: shape{kind: wordShape, words: additionalWords},
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
			description: "The type, named as MongoDB's $type does, or a list of types; any when it is not declared. What becomes of an event with a " +
				"field of another type, on_violation says.",
			shape: shape{kind: wordsShape, words: fieldTypes},
		},
		{
			name: "required", standard: false, description: "true: the field is there, and not null, wherever the object is that it belongs to.",
			shape: shape{kind: booleanShape},
		},
		{
			name: "values", description: "All that the field can be; each of the field's type.",
			examples: []any{[]any{"EUR", "USD"}},
			shape:    shape{kind: listShape, least: 1, most: maxFieldValues, of: &shape{kind: valueShape}},
		},
		{
			name: "pattern", description: "A regular expression in RE2's syntax that finds something in the text; it is not anchored.",
			examples: []any{"^[A-Z]{3}$"},
			shape:    shape{kind: textShape, text: textRule{never: []string{""}, most: maxPatternBytes}},
		},
		{name: "min_length", description: "The least length of a text, in Unicode code points.", shape: shape{kind: wholeNumberShape, lo: 1, hi: maxRuleLength}},
		{name: "max_length", description: "The greatest length of a text, in Unicode code points.", shape: shape{kind: wholeNumberShape, lo: 1, hi: maxRuleLength}},
		{name: "min", description: "The least number that the field can be.", shape: shape{kind: numberShape}},
		{name: "max", description: "The greatest number that the field can be.", shape: shape{kind: numberShape}},
		{name: "max_items", description: "The greatest number of entries of an array.", shape: shape{kind: wholeNumberShape, lo: 1, hi: maxRuleLength}},
		{
			name: "items", description: "The fields of each entry of an array, which is an object then.",
			examples: []any{map[string]any{"sku": map[string]any{"type": "string", "required": true}}},
			shape:    shape{kind: mappingShape, names: fieldKey, of: &shape{kind: fieldShape}},
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
		{
			name: "go_names", description: "What the constants of some of the field's values end in, in generated Go, by value.",
			examples: []any{map[string]any{"+1": "ThumbsUp"}},
			shape:    shape{kind: mappingShape, of: &shape{kind: textShape, text: goNameText}},
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

// violationText says what the words of on_violation do.
const violationText = "count stores and records it as it is, omit leaves the field out, quarantine keeps it in the quarantine file, reject does not accept the event; each violation is counted."
