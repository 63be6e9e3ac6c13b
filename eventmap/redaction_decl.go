// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"strconv"
	"strings"
)

// maxRedactions bounds the map's own redact list, each entry of which costs time with every event.
const maxRedactions = 1000

// anyName is the part of a redacted path that stands for any one name.
const anyName = "*"

// loadRedactions reads what is dropped from every event.
func (l *loader) loadRedactions(n node) {
	lines := map[string]int{}
	for i, item := range n.items() {
		if i == maxRedactions {
			item.fail("there are more than "+thousands(maxRedactions)+" entries", "keep names and paths that the services really send")
			return
		}
		s, ok := item.text()
		if !ok {
			continue
		}
		path, ok := redactedPath(item, s)
		if !ok {
			continue
		}
		if line, ok := lines[s]; ok {
			item.fail(quote(s)+" is already listed on line "+strconv.Itoa(line), "list it once")
			continue
		}
		lines[s] = item.y.Line
		l.redactions = append(l.redactions, Redaction{Path: path})
	}
}

func redactedPath(n node, s string) (Path, bool) {
	const fix = `write a name, which is dropped wherever it stands, or a path such as user.email or "*.email"`
	switch {
	case s == "":
		n.fail("the entry is empty", fix)
		return nil, false
	case control(s):
		n.fail("the entry holds a control character", "remove it")
		return nil, false
	case s == anyName:
		n.fail(`"*" alone would drop everything`, fix)
		return nil, false
	}
	parts := strings.Split(s, ".")
	for _, part := range parts {
		switch {
		case part == "":
			n.fail("the path "+quote(s)+" has an empty part", fix)
			return nil, false
		case part != anyName && strings.Contains(part, anyName):
			n.fail(`"*" stands for a whole name, and the path has the part `+quote(part), fix)
			return nil, false
		}
	}
	return parts, true
}

// redacted says why a field cannot be read, when the map or the event redacts it, what it is in, or something
// in it.
func (d *eventDecl) redacted(everywhere []Redaction, path Path) (why string, redacted bool) {
	if len(path) > 1 && path[len(path)-1] == sizePart {
		path = path[:len(path)-1]
	}
	for _, r := range everywhere {
		if len(r.Path) == 1 {
			if slices.Contains(path, r.Path[0]) {
				return "the map's redact list drops " + quote(r.Path[0]), true
			}
		} else if overlap(r.Path, path, true) {
			return "the map's redact list drops " + quote(strings.Join(r.Path, ".")), true
		}
	}
	for _, f := range d.event.Data {
		if f.Redact != RedactNone && overlap(f.Path, path, false) {
			return "the event's data say redact: " + string(f.Redact) + " for " + quote(strings.Join(f.Path, ".")), true
		}
	}
	return "", false
}

// overlap reports whether a redacted path covers what another path leads to. Redaction passes through arrays,
// so that the indexes in path may be left out.
func overlap(redacted, path Path, wildcards bool) bool {
	switch {
	case len(redacted) == 0:
		return true
	case len(path) == 0:
		return false // only a part of the field is redacted
	}
	if (redacted[0] == path[0] || wildcards && redacted[0] == anyName) && overlap(redacted[1:], path[1:], wildcards) {
		return true
	}
	return index(path[0]) && overlap(redacted, path[1:], wildcards)
}

// index reports whether a part of a path can be the index of an array.
func index(part string) bool {
	return strings.Trim(part, "0123456789") == ""
}
