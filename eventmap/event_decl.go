// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

func (l *loader) loadEvent(e strictyaml.Entry) {
	checkEventName(e.Key, e.Name)
	event := &Event{Name: e.Name, Store: true, Enabled: true, OnViolation: l.onViolation, Additional: KeepAdditional}
	d := &eventDecl{event: event, fields: map[string]*Field{}, above: map[string]bool{}, whole: true}
	o := e.Value.Object(eventObject.known()...)
	if n, ok := o.Get("description"); ok {
		event.Description, _ = n.Text()
	}
	if n, ok := o.Get("group"); ok {
		event.Group, _ = n.Text()
	}
	if n, ok := o.Get("go_name"); ok {
		event.GoName = goName(n)
	}
	if n, ok := o.Get("since"); ok {
		if event.Since, ok = n.Text(); ok && event.Since == "" {
			n.Fail("is empty", `write since when the event is tracked, such as "2026-11"`)
		}
	}
	event.Deprecated = l.loadDeprecation(o, l.eventReplacement(e.Name))
	if n, ok := o.Get("renamed_from"); ok {
		l.loadOldNames(n, event)
	}
	if n, ok := o.Get("store"); ok {
		event.Store, _ = n.Boolean()
	}
	if n, ok := o.Get("enabled"); ok {
		event.Enabled, _ = n.Boolean()
	}
	event.OnViolation = loadViolationMode(o, l.onViolation)
	if n, ok := o.Get("additional"); ok {
		if s, ok := n.Word(additionalWords()...); ok {
			event.Additional = AdditionalMode(s)
		}
	}
	if n, ok := o.Get("store"); ok && !event.Store && event.OnViolation == QuarantineViolations {
		n.Fail("an event that is not stored cannot be kept in quarantine", "write another on_violation for this event: count, omit or reject")
	}
	if n, ok := o.Get("data"); ok {
		l.loadData(n, d)
	}
	if n, ok := o.Get("record"); ok {
		l.loadRecords(n, d)
	}
	l.events = append(l.events, event)
	l.declared = append(l.declared, d)
}

func checkEventName(key strictyaml.Node, name string) {
	switch {
	case name == "":
		key.Fail("an event needs a name", `write the event type, or "*" for all types without an entry`)
	case words.Control(name):
		key.Fail("the name holds a control character", "remove it")
	case name == other:
		key.Fail(`the event type "other" is reserved`, "use another word: it counts the types that the map does not know")
	case strings.Contains(strings.TrimSuffix(name, "*"), "*"):
		key.Fail(`"*" is allowed as the last character only`, `write a pattern such as "pull_request.*"`)
	}
}
