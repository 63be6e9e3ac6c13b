// SPDX-License-Identifier: Apache-2.0

package catalogue

import "github.com/otelanalytics/otelanalytics-go/eventmap"

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
