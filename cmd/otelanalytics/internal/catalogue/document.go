// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// document is what a map declares, before it has a format. Names and titles are plain text; about is Markdown.
type document struct {
	title string
	about string
	parts []part
}

// part is a section of the document, such as a group of events.
type part struct {
	title   string
	about   string
	listed  bool // in the contents
	entries []entry
}

// entry is an event or a metric.
type entry struct {
	name   string
	anchor string
	about  string
}

// newDocument describes a map. The source is the map's name.
func newDocument(m *eventmap.Map, title, source string) *document {
	about := new(page)
	about.printf("What the event map %s declares (`map_version` %s). Names of metrics are those that Prometheus has.\n\n", code(source), m.Hash())
	about.printf("%s\n\n", keys(m.KeyScope()))
	d := &document{title: strings.Join(strings.Fields(title), " "), about: about.String()}
	for _, g := range groups(m) {
		events := part{title: g.name, listed: true}
		for _, e := range g.events {
			p := new(page)
			p.event(e)
			events.entries = append(events.entries, entry{name: e.Name, about: p.String()})
		}
		d.parts = append(d.parts, events)
	}
	d.parts = append(d.parts, every(m)...)
	d.parts = append(d.parts, unrecorded(m)...)
	d.setAnchors()
	return d
}
