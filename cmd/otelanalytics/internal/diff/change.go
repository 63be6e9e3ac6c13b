// SPDX-License-Identifier: Apache-2.0

package diff

import "github.com/otelanalytics/otelanalytics-go/eventmap"

// Severity says how bad a change is.
type Severity string

// The severities.
const (
	Privacy  Severity = "privacy"
	Breaking Severity = "breaking"
	Warning  Severity = "warning"
	Info     Severity = "info"
)

// severities rise.
var severities = []Severity{Info, Warning, Breaking, Privacy}

// Change is one difference between two maps.
type Change struct {
	Severity Severity `json:"severity"`
	Key      string   `json:"key"`              // dotted path in the map
	What     string   `json:"what"`             // what is different
	Effect   string   `json:"effect,omitempty"` // what that does to whom
}

// comparison collects the changes between two maps.
type comparison struct {
	before, after *eventmap.Map
	changes       []Change
	renamed       map[string]string // metrics, the new name by the old one
}

func (c *comparison) add(s Severity, key, what, effect string) {
	c.changes = append(c.changes, Change{s, key, what, effect})
}

// Compare returns what is different in the map after, in the order of that map; what is gone comes last in its section.
func Compare(before, after *eventmap.Map) []Change {
	c := &comparison{before: before, after: after, changes: []Change{}, renamed: make(map[string]string)}
	c.keyScope()
	c.redactions()
	c.metrics()
	c.everyEvent()
	c.events()
	c.goNames()
	if len(c.changes) == 0 && before.Hash() != after.Hash() {
		// Lists have an order that no rule here looks at.
		c.add(Info, "version", "the content hash is another one", "documents carry it as map_version")
	}
	return c.changes
}
