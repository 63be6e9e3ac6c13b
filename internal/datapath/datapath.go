// SPDX-License-Identifier: Apache-2.0

// Package datapath reads paths of fields of an event's data, as an event map and code write them: order.total, items[0].price,
// order["total amount"], ["$current_url"].
package datapath

import "strings"

const (
	// MaxParts is how deep MongoDB nests documents at most.
	MaxParts = 100
	// Size ends a path that asks for the number of elements of an array. No field can be named so.
	Size = "$size"
	// Sum is a part of the path of an operand that is a sum over the entries of an array. No field can be named so.
	Sum = "$sum"
)

// Reserved reports whether a part of a path is no name of a field.
func Reserved(part string) bool { return part == Size || part == Sum }

// IsIndex reports whether a part of a path can be the index of an array.
func IsIndex(part string) bool { return strings.Trim(part, "0123456789") == "" }

// Dotted returns a path with dots for one that has keys or indexes in brackets. A key with dots is the path that it spells. It reports
// false where the brackets are not right.
func Dotted(s string) (string, bool) {
	var b strings.Builder
	for s != "" {
		name, rest, found := strings.Cut(s, "[")
		b.WriteString(name)
		if !found {
			break
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		key, ok := "", false
		if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
			key, rest, ok = strings.Cut(rest[1:], rest[:1]+"]")
		} else {
			key, rest, ok = strings.Cut(rest, "]")
			ok = ok && IsIndex(key)
		}
		if !ok || key == "" || rest != "" && rest[0] != '.' && rest[0] != '[' {
			return "", false
		}
		b.WriteString(key)
		if s = rest; rest == "." {
			return "", false
		}
	}
	return b.String(), true
}

// Bracketed returns a path that begins with a dollar sign with brackets around its first name, which tell it from $user and the like.
func Bracketed(s string) string {
	name, rest, found := strings.Cut(s, ".")
	if found {
		rest = "." + rest
	}
	return `["` + name + `"]` + rest
}
