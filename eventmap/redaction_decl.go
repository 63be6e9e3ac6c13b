// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// maxRedactions bounds the map's own redact list, each entry of which costs time with every event.
const maxRedactions = 1000

// anyName is the part of a redacted path that stands for any one name.
const anyName = "*"

// loadRedactions reads the names and paths that are dropped from every event.
func (l *loader) loadRedactions(n strictyaml.Node) {
	lines := map[string]int{}
	for i, item := range n.Items() {
		if i == maxRedactions {
			item.Fail("there are more than "+words.Thousands(maxRedactions)+" entries", "keep names and paths that the services really send")
			return
		}
		s, ok := item.Text()
		if !ok {
			continue
		}
		path, ok := redactedPath(item, s)
		if !ok {
			continue
		}
		if line, ok := lines[s]; ok {
			item.Fail(words.Quote(s)+" is already listed on line "+strconv.Itoa(line), "list it once")
			continue
		}
		lines[s] = item.Line()
		l.redactions = append(l.redactions, Redaction{Path: path})
		l.redacted.add(redacted{path: path, name: len(path) == 1, wildcards: true, why: "the map's redact list drops " + words.Quote(s)})
	}
}

func redactedPath(n strictyaml.Node, s string) (Path, bool) {
	const fix = `write a name, which is dropped wherever it stands, or a path such as user.email or "*.email"`
	switch {
	case s == "":
		n.Fail("the entry is empty", fix)
		return nil, false
	case words.Control(s):
		n.Fail("the entry holds a control character", "remove it")
		return nil, false
	case s == anyName:
		n.Fail(`"*" alone would drop everything`, fix)
		return nil, false
	}
	parts, ok := split(n, s)
	if !ok {
		return nil, false
	}
	for _, part := range parts {
		switch {
		case part == "":
			n.Fail("the path "+words.Quote(s)+" has an empty part", fix)
			return nil, false
		case part != anyName && strings.Contains(part, anyName):
			n.Fail(`"*" stands for a whole name, and the path has the part `+words.Quote(part), fix)
			return nil, false
		}
	}
	return parts, true
}
