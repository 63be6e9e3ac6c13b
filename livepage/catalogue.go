// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// catalogue is the map with the figures of each type.
type catalogue struct {
	Metrics    bool         `json:"metrics"` // the client's switch
	Types      []mapType    `json:"types"`
	Undeclared []undeclared `json:"undeclared"` // that the page saw
	Other      int64        `json:"other"`      // events that the map does not declare, since the start
}

type mapType struct {
	Name        string           `json:"name"`
	Description string           `json:"description,omitempty"`
	Group       string           `json:"group,omitempty"`
	Stored      bool             `json:"stored"`
	Deprecated  bool             `json:"deprecated,omitempty"`
	Fields      []mapField       `json:"fields"`
	Metrics     []string         `json:"metrics"`
	On          bool             `json:"on"` // its switch
	Accepted    int64            `json:"accepted"`
	Duplicate   int64            `json:"duplicate,omitempty"`
	Dropped     int64            `json:"dropped,omitempty"`
	Rejected    map[string]int64 `json:"rejected,omitempty"`
	LastSeen    *time.Time       `json:"last_seen"`
}

type mapField struct {
	Path        string `json:"path"`
	Type        string `json:"type,omitempty"`
	Description string `json:"description,omitempty"`
	Redact      string `json:"redact,omitempty"`
	Required    bool   `json:"required,omitempty"`
}

type undeclared struct {
	Name string `json:"name"`
	Seen int64  `json:"seen"`
}

func (p *Page) catalogue() catalogue {
	out := catalogue{Metrics: p.client.Switches().Metrics(), Types: []mapType{}, Undeclared: p.hub.strangers()}
	stats := make(map[string]otelanalytics.TypeStats)
	for _, s := range p.client.TypeStats() {
		stats[s.Name] = s
		out.Other = s.Accepted // that of all others is the last
	}
	for _, e := range p.client.EventMap().Events() {
		out.Types = append(out.Types, p.mapType(e, stats[e.Name]))
	}
	return out
}

func (p *Page) mapType(e *eventmap.Event, s otelanalytics.TypeStats) mapType {
	t := mapType{
		Name: e.Name, Description: e.Description, Group: e.Group, Stored: s.Stored, Deprecated: e.Deprecated != nil, Fields: []mapField{},
		Metrics: []string{}, On: p.client.Switches().Event(e.Name), Accepted: s.Accepted, Duplicate: s.Duplicate, Dropped: s.Dropped, Rejected: s.Rejected,
	}
	if !s.LastSeen.IsZero() {
		t.LastSeen = &s.LastSeen
	}
	for i := range e.Data {
		f := &e.Data[i]
		field := mapField{
			Path: strings.Join(f.Path, "."), Type: strings.Join(f.TypeNames(), ", "), Description: f.Description, Required: f.Rules.Required,
		}
		switch f.Redact {
		case eventmap.RedactDrop:
			field.Redact = "dropped"
		case eventmap.RedactHash:
			field.Redact = "hashed"
		}
		t.Fields = append(t.Fields, field)
	}
	for i := range e.Records {
		if name := e.Records[i].Metric.Name; !slices.Contains(t.Metrics, name) {
			t.Metrics = append(t.Metrics, name)
		}
	}
	return t
}

// strangers are the types that the page saw and that the map does not declare.
func (h *hub) strangers() []undeclared {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := []undeclared{}
	for _, name := range slices.Sorted(maps.Keys(h.undeclared)) {
		all = append(all, undeclared{name, h.undeclared[name]})
	}
	return all
}
