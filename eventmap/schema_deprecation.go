// SPDX-License-Identifier: Apache-2.0

package eventmap

// deprecationObject says what to use in place of something.
var deprecationObject = objectDecl{
	name: "deprecation", description: "Marks a part of the map that still works, but should no longer be used. Its records do not change.",
	keys: []keyDecl{
		{
			name: "note", description: "Why, or what to do instead, for people.", required: true,
			examples: []any{"Use order_paid, which has the currency."},
			shape:    shape{kind: textShape, text: noteText},
		},
		{
			name: "replaced_by", description: "The replacement: another event, metric, attribute, value or field, declared beside it and not deprecated.",
			examples: []any{"order_paid"},
			shape:    shape{kind: textShape},
		},
	},
}

// deprecatedKey is the key of each thing that can be deprecated.
func deprecatedKey(what string) keyDecl {
	return keyDecl{
		name: "deprecated", description: "The " + what + " should no longer be used. The catalogue and generated Go show that. Its records do not change.",
		examples: []any{map[string]any{"note": "Nobody asks for it."}, "Nobody asks for it."},
		shape:    shape{kind: noteShape, object: &deprecationObject, text: noteText},
	}
}
