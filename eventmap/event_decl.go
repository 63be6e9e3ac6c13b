// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

func (l *loader) loadEvent(e entry) {
	checkEventName(e.key, e.name)
	event := &Event{Name: e.name, Store: true, Enabled: true}
	d := &eventDecl{event: event, fields: map[string]*Field{}, whole: true}
	o := e.value.object(eventObject.known()...)
	if n, ok := o.get("description"); ok {
		event.Description, _ = n.text()
	}
	if n, ok := o.get("group"); ok {
		event.Group, _ = n.text()
	}
	if n, ok := o.get("store"); ok {
		event.Store, _ = n.boolean()
	}
	if n, ok := o.get("enabled"); ok {
		event.Enabled, _ = n.boolean()
	}
	if n, ok := o.get("data"); ok {
		d.loadData(n)
	}
	if n, ok := o.get("record"); ok {
		l.loadRecords(n, d)
	}
	l.events = append(l.events, event)
}

func checkEventName(key node, name string) {
	switch {
	case name == "":
		key.fail("an event needs a name", `write the event type, or "*" for all types without an entry`)
	case words.Control(name):
		key.fail("the name holds a control character", "remove it")
	case name == other:
		key.fail(`the event type "other" is reserved`, "use another word: it counts the types that the map does not know")
	case strings.Contains(strings.TrimSuffix(name, "*"), "*"):
		key.fail(`"*" is allowed as the last character only`, `write a pattern such as "pull_request.*"`)
	}
}
