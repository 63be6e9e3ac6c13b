// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// page collects the Markdown.
type page struct{ strings.Builder }

func (p *page) printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// paragraph writes text of the map as a paragraph of its own, or several.
func (p *page) paragraph(text string) {
	if text = lines(text); text != "" {
		p.printf("%s\n\n", text)
	}
}

// row writes a row of a table. Cells are Markdown.
func (p *page) row(cells ...string) {
	for i, cell := range cells {
		cells[i] = strings.ReplaceAll(strings.Join(strings.Fields(cell), " "), "|", `\|`)
	}
	p.printf("| %s |\n", strings.Join(cells, " | "))
}

func (p *page) head(cells ...string) {
	p.row(cells...)
	p.printf("|%s\n", strings.Repeat("---|", len(cells)))
}

// group is a section of the page.
type group struct {
	name   string
	events []*eventmap.Event
}

// groups returns the events by group, in the order in which the map has them; those without one come last.
func groups(m *eventmap.Map) []*group {
	var all []*group
	rest := &group{name: "Without a group"}
	for _, e := range m.Events() {
		g := rest
		if e.Group != "" {
			g = nil
			for _, known := range all {
				if known.name == e.Group {
					g = known
				}
			}
			if g == nil {
				g = &group{name: e.Group}
				all = append(all, g)
			}
		}
		g.events = append(g.events, e)
	}
	if len(all) == 0 {
		rest.name = "Events"
	}
	if len(rest.events) > 0 {
		all = append(all, rest)
	}
	return all
}

// render returns the page.
func render(m *eventmap.Map, title, source string) []byte {
	p := new(page)
	p.printf("<!-- Made by otelanalytics catalogue from %s; do not edit. -->\n\n# %s\n\n", strings.ReplaceAll(source, ">", "&gt;"), escaped(strings.Join(strings.Fields(title), " ")))
	links := anchors(title, groups(m))
	p.printf("What the event map %s declares (`map_version` %s). Names of metrics are those that Prometheus has.\n\n", code(source), m.Hash())
	p.printf("%s\n\n", keys(m.KeyScope()))
	all := groups(m)
	for _, g := range all {
		p.printf("- %s: ", escaped(g.name))
		for i, e := range g.events {
			if i > 0 {
				p.printf(", ")
			}
			p.printf("[%s](#%s)", code(e.Name), links[e])
		}
		p.printf("\n")
	}
	p.printf("\n")
	for _, g := range all {
		p.printf("## %s\n\n", escaped(g.name))
		for _, e := range g.events {
			p.event(e)
		}
	}
	p.every(m)
	p.metrics(m)
	return []byte(strings.TrimRight(p.String(), "\n") + "\n")
}

// anchors returns what the headings of events are linked by. One that was there before gets a number, as GitHub counts.
func anchors(title string, all []*group) map[*eventmap.Event]string {
	seen := make(map[string]int)
	numbered := func(heading string) string {
		name := anchor(heading)
		n := seen[name]
		seen[name]++
		if n > 0 {
			name += "-" + strconv.Itoa(n)
		}
		return name
	}
	numbered(title)
	links := make(map[*eventmap.Event]string)
	for _, g := range all {
		numbered(g.name)
		for _, e := range g.events {
			links[e] = numbered(e.Name)
		}
	}
	return links
}

// anchor is what a heading that is a code span is linked by.
func anchor(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r > 0x7f:
			return r
		}
		return -1
	}, strings.ToLower(name))
}
