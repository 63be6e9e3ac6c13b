// SPDX-License-Identifier: Apache-2.0

package eventmap

import "strings"

// unbracketed returns a path with dots for one that has keys or indexes in brackets: order["total amount"], items[0].price.
// A key with dots is the path that it spells. It reports false where the brackets are not right.
func unbracketed(s string) (string, bool) {
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
			ok = ok && index(key)
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
