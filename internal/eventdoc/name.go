// SPDX-License-Identifier: Apache-2.0

package eventdoc

import (
	"strings"
)

// The characters of a field name that not every engine stores, and how a document has them.
const (
	storedDot     = "%2E" // for a dot, anywhere
	storedDollar  = "%24" // for a dollar sign that the name begins with
	storedPercent = "%25" // for a percent sign that would otherwise be read as the beginning of one of these
)

// escapeBytes is the length of each.
const escapeBytes = 3

// StoredName returns the name that a field of the data has in a document, for the name that the caller gave it: percent-encoded
// as in RFC 3986, section 2.1, where the name has a dot or begins with a dollar sign. Other names stay as they are. A name that
// would read as a stored one is encoded, too, so that [PlainName] returns each name exactly.
//
//	$current_url  %24current_url
//	order.total   order%2Etotal
//	100%25        100%2525
//	100%          100%
func StoredName(name string) string {
	if !needsStored(name) {
		return name
	}
	return string(appendStored(nil, name))
}

// PlainName returns the name that a field had before [StoredName]. A name that is not of StoredName stays as it is: documents of
// other programs, and those from before there was the rule, keep theirs unless they spell an escape.
func PlainName(stored string) string {
	if !needsPlain(stored) {
		return stored
	}
	return string(appendPlain(nil, stored))
}

type name interface{ ~string | ~[]byte }

// needsStored reports whether the stored name is another one.
func needsStored[N name](n N) bool {
	if len(n) > 0 && n[0] == '$' {
		return true
	}
	for i := range len(n) {
		if n[i] == '.' || n[i] == '%' && isEscape(n, i) {
			return true
		}
	}
	return false
}

// needsPlain reports whether the plain name is another one.
func needsPlain[N name](n N) bool {
	for i := range len(n) {
		if n[i] == '%' && isEscape(n, i) {
			return true
		}
	}
	return false
}

// isEscape reports whether one of the escapes stands at a place of a name. That of the dollar sign is one at the beginning only.
func isEscape[N name](n N, at int) bool {
	if len(n)-at < escapeBytes {
		return false
	}
	switch string(n[at : at+escapeBytes]) {
	case storedDot, storedPercent:
		return true
	case storedDollar:
		return at == 0
	default:
		return false
	}
}

func appendStored[N name](dst []byte, n N) []byte {
	for i := range len(n) {
		switch c := n[i]; {
		case c == '.':
			dst = append(dst, storedDot...)
		case c == '$' && i == 0:
			dst = append(dst, storedDollar...)
		case c == '%' && isEscape(n, i):
			dst = append(dst, storedPercent...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

func appendPlain[N name](dst []byte, n N) []byte {
	for i := 0; i < len(n); i++ {
		if n[i] != '%' || !isEscape(n, i) {
			dst = append(dst, n[i])
			continue
		}
		switch string(n[i : i+escapeBytes]) {
		case storedDot:
			dst = append(dst, '.')
		case storedDollar:
			dst = append(dst, '$')
		case storedPercent:
			dst = append(dst, '%')
		}
		i += escapeBytes - 1
	}
	return dst
}

// StoredPath returns the path of a field in a document, [FieldData] included, for the names that lead to it.
func StoredPath(names ...string) string {
	stored := make([]string, 0, len(names)+1)
	stored = append(stored, FieldData)
	for _, n := range names {
		stored = append(stored, StoredName(n))
	}
	return strings.Join(stored, ".")
}
