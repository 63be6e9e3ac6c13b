// SPDX-License-Identifier: Apache-2.0

package eventmap

// metricObject is one metric.
var metricObject = objectDecl{
	name: "metric", description: "One OpenTelemetry instrument.",
	keys: []keyDecl{
		{
			name: "instrument", required: true,
			description: instrumentMeanings(),
			shape:       shape{kind: wordShape, words: instruments},
		},
		{
			name: "unit",
			description: "The unit in UCUM. An annotation in braces adds no suffix in Prometheus; " +
				"YAML needs it quoted.",
			examples: []any{"s", "By", "{login}"},
			shape:    shape{kind: textShape, text: unitText},
		},
		{name: "description", description: "The help text.", shape: shape{kind: textShape}},
		{
			name: "group",
			description: "The dashboard that has the metric. The default is the group of the events that record into it. If these have " +
				"several, it is the group of the event whose name sorts first.",
			examples: []any{"users"},
			shape:    shape{kind: textShape},
		},
		{
			name: "number",
			description: "The numbers that the instrument takes: 64-bit integers (int, the default of both counters) or floating-point numbers " +
				"(double, the default of gauge and both histograms).",
			shape: shape{kind: wordShape, words: numberKinds},
		},
		deprecatedKey("metric"),
		{
			name: "max_series", standard: defaultMaxSeries,
			description: "How many combinations of attribute values the metric can have. Further ones are counted as other. " +
				"Above 1999, the meter provider needs a higher cardinality limit.",
			shape: shape{kind: wholeNumberShape, lo: 1, hi: maxMaxSeries},
		},
		{
			name: "buckets", only: Histogram,
			description: "The upper bounds of a histogram's buckets, in increasing order, without the infinite one. " +
				"The default is the bounds of the meter provider.",
			examples: []any{[]any{0.5, 1, 5, 30}},
			shape:    shape{kind: listShape, least: 1, once: true, of: &shape{kind: numberShape}},
		},
		{
			name: "max_size", only: ExponentialHistogram, standard: defaultMaxSize,
			description: "The largest number of buckets of an exponential_histogram, for positive and for negative values each.",
			shape:       shape{kind: wholeNumberShape, lo: minMaxSize, hi: maxMaxSize},
		},
		{
			name: "max_scale", only: ExponentialHistogram, standard: defaultMaxScale,
			description: "The finest scale of an exponential_histogram: each bucket is 2^(2^-scale) times as wide as the one before.",
			shape:       shape{kind: wholeNumberShape, lo: minMaxScale, hi: maxMaxScale},
		},
		{
			name: "of", only: Unique, standard: OfUser,
			description: "The values that a unique metric counts: users ($user), sessions ($session), or the values of a data field, by its path. " +
				"An empty value does not count.",
			examples: []any{OfSession, "game.id"},
			shape:    shape{kind: textShape, text: countedText},
		},
		{
			name: "windows", only: Unique,
			description: "The windows of a unique metric, by the value of window_attribute: whole hours or days, from 1h to 400d. " +
				"The default is daily (24h), weekly (7d) and monthly (30d).",
			examples: []any{map[string]any{"daily": "24h", "monthly": "30d"}},
			shape:    shape{kind: mappingShape, least: 1, most: maxWindows, of: &shape{kind: textShape, text: windowText}},
		},
		{
			name: "window_attribute", only: Unique, standard: defaultWindowAttribute,
			description: "The attribute of a unique metric that has the name of the window.",
			examples:    []any{"period"},
			shape:       shape{kind: textShape, text: attributeKey},
		},
		{
			name: "enabled", standard: true,
			description: "false: the metric is declared, but neither created nor recorded. Its names stay reserved.",
			shape:       shape{kind: booleanShape},
		},
		{
			name: "attributes", description: "The dimensions of the metric, by name.",
			examples: []any{map[string]any{
				"auth_method": map[string]any{"values": []any{"email", "google"}},
				"screen":      map[string]any{"limit": 200},
			}},
			shape: shape{
				kind: mappingShape, most: maxAttributes, names: attributeKey,
				of: &shape{kind: objectShape, object: &attributeObject},
			},
		},
	},
}

// attributeObject is one attribute of a metric.
var attributeObject = objectDecl{
	name: "attribute", description: "One attribute of a metric: with values if all are known, else with limit.",
	choice: []string{"values", "limit"},
	keys: []keyDecl{
		{
			name: "values", description: "Every expected value. Any other value is counted as other.",
			examples: []any{[]any{"email", "google"}, []any{200, 404}},
			shape: shape{
				kind: listShape, least: 1, once: true,
				of: &shape{kind: textShape, text: attributeText},
			},
		},
		{
			name: "limit",
			description: "For values that are not known beforehand: the number of different values to keep. Further values are counted as other. " +
				"The limit is at most the metric's max_series.",
			examples: []any{100},
			shape:    shape{kind: wholeNumberShape, lo: 1, hi: maxMaxSeries},
		},
		{
			name: "default", standard: unknown,
			description: "The value when the event has none. It may be one of values.",
			shape:       shape{kind: textShape, text: attributeText},
		},
		{
			name: "identifies",
			description: "false: the attribute identifies no people, although attributes of its name mostly do, such as ip or email. " +
				"Without it, such an attribute must have values.",
			examples: []any{false},
			shape:    shape{kind: booleanShape},
		},
		deprecatedKey("attribute"),
		{
			name: "deprecated_values", description: "The values that should no longer be used, each with a note. They stay listed, and are counted as before.",
			examples: []any{map[string]any{"google": map[string]any{"note": "Has ended.", "replaced_by": "email"}}},
			shape:    shape{kind: mappingShape, of: &shape{kind: objectShape, object: &deprecationObject}},
		},
		{
			name: "go_name", description: "The name of the type of its values in generated Go. Set it if the name that is made of the attribute's name is taken or unsuitable.",
			examples: []any{"Reaction"},
			shape:    shape{kind: textShape, text: goNameText},
		},
		{
			name: "go_names", description: "The ends of constants' names in generated Go, by value, for some of the values.",
			examples: []any{map[string]any{"+1": "ThumbsUp"}},
			shape:    shape{kind: mappingShape, of: &shape{kind: textShape, text: goNameText}},
		},
	},
}
