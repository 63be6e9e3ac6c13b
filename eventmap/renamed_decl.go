// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// maxOldNames bounds the earlier names of one event: a query for the event asks for all of them.
const maxOldNames = 100

// oldName is an earlier name of an event, where it is written.
type oldName struct {
	at    strictyaml.Node
	name  string
	event *Event
}

// loadOldNames reads the names that an event had before. Whether they are free, only the whole map shows.
func (l *loader) loadOldNames(n strictyaml.Node, event *Event) {
	if event.IsPattern() {
		n.Fail("a pattern has no earlier names: events keep the type that they were tracked with",
			"add an entry for the event type that has a new name, and list its earlier names there")
		return
	}
	for i, item := range n.Items() {
		if i == maxOldNames {
			item.Fail("there are more than "+strconv.Itoa(maxOldNames)+" entries", "remove names that no stored event has")
			return
		}
		s, ok := item.Text()
		if !ok {
			continue
		}
		switch {
		case strings.Contains(s, "*"):
			item.Fail("an earlier name is an event type, not a pattern", "list each event type that the event had")
		case s == event.Name:
			item.Fail(words.Quote(s)+" is the event's own name", "list the names that it had before, or remove the key")
		default:
			before := item.Mistakes()
			if checkEventName(item, s); item.Mistakes() == before {
				l.oldNames = append(l.oldNames, oldName{item, s, event})
				event.RenamedFrom = append(event.RenamedFrom, s)
			}
		}
	}
}

// checkOldNames refuses an earlier name that is still declared, or that is claimed twice: a stored event has one name now.
func (l *loader) checkOldNames() {
	live := make(map[string]bool, len(l.events))
	for _, e := range l.events {
		live[e.Name] = true
	}
	claimed := make(map[string]oldName, len(l.oldNames))
	for _, o := range l.oldNames {
		first, taken := claimed[o.name]
		switch {
		case live[o.name]:
			o.at.Fail("the event "+words.Quote(o.name)+" is still declared", "remove that entry, or the name here: an event belongs to one entry")
		case taken && first.event == o.event:
			o.at.Fail(words.Quote(o.name)+" is already listed on line "+strconv.Itoa(first.at.Line()), "list it once")
		case taken:
			o.at.Fail(words.Quote(o.name)+" is an earlier name of "+words.Quote(first.event.Name)+" on line "+strconv.Itoa(first.at.Line())+", too",
				"keep it with the event that replaces it")
		default:
			claimed[o.name] = o
		}
	}
}
