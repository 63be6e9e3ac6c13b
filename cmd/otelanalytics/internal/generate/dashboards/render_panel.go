// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"maps"
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
)

// row returns the heading of a section. Its charts are not within it, which they are where a row is folded.
func (s *section) row(id, y uint32) cog.Builder[dashboard.RowPanel] {
	r := dashboard.NewRowPanel()
	r.Id, r.Title, r.Panels = id, &s.title, []dashboard.Panel{}
	r.GridPos = &dashboard.GridPos{X: 0, Y: y, W: columns, H: rowHeight}
	return built[dashboard.RowPanel]{*r, r.Validate()}
}

// panel returns the panel that draws a chart.
func (c *chart) panel(id uint32, at place) cog.Builder[dashboard.Panel] {
	p := dashboard.NewPanel()
	p.Id = &id
	p.Title, p.Description = &c.title, &c.description
	datasource := source()
	p.Datasource = &datasource
	p.GridPos = &dashboard.GridPos{X: at.x, Y: at.y, W: at.w, H: at.h}
	p.Targets = c.targets()
	p.FieldConfig = c.fields()
	switch c.kind {
	case series:
		p.Type, p.Options, p.FieldConfig.Defaults.Custom = "timeseries", c.lineOptions(), c.lines()
	case bars:
		p.Type, p.Options = "bargauge", barOptions()
	default:
		p.Type, p.Options = "stat", c.statOptions()
	}
	return built[dashboard.Panel]{*p, p.Validate()}
}

// targets are the queries: over the time range for lines, else at its end.
func (c *chart) targets() []variants.Dataquery {
	all := make([]variants.Dataquery, len(c.queries))
	for i, q := range c.queries {
		t := prometheus.NewDataquery()
		t.Expr, t.LegendFormat, t.RefId = q.expr, &q.legend, refID(i)
		t.Instant, t.Range = new(c.kind != series), new(c.kind == series)
		if q.exemplars {
			t.Exemplar = new(true)
		}
		t.EditorMode = new(prometheus.QueryEditorModeCode)
		datasource := source()
		t.Datasource = &datasource
		all[i] = *t
	}
	return all
}

func refID(i int) string { return string(rune('A' + i)) }

func (c *chart) fields() *dashboard.FieldConfigSource {
	f := dashboard.NewFieldConfigSource()
	f.Overrides = []dashboard.DashboardFieldConfigSourceOverrides{}
	d := &f.Defaults
	d.Unit, d.NoValue = &c.unit, &c.none
	if c.kind == bars {
		d.Min = new(0.0) // or else the lowest has no bar
	}
	if c.max > 0 {
		d.Max = &c.max
	}
	d.Color = &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdPaletteClassic}
	switch {
	case c.states != nil:
		d.Color.Mode = dashboard.FieldColorModeIdThresholds
		d.Mappings = []dashboard.ValueMapping{{ValueMap: &dashboard.ValueMap{Type: "value", Options: c.mapping()}}}
		d.Thresholds = steps("red", from(1, "green"))
	case c.zero:
		d.Color.Mode = dashboard.FieldColorModeIdThresholds
		d.Thresholds = steps("orange", from(0, "green"), from(1, "orange"))
	case c.kind == figures:
		d.Color.Mode, d.Color.FixedColor = dashboard.FieldColorModeIdFixed, new("blue")
	}
	for i, q := range c.queries {
		if q.unit != "" {
			f.Overrides = append(f.Overrides, dashboard.DashboardFieldConfigSourceOverrides{
				Matcher:    dashboard.MatcherConfig{Id: "byFrameRefID", Options: refID(i)},
				Properties: []dashboard.DynamicConfigValue{{Id: "unit", Value: q.unit}},
			})
		}
	}
	return f
}

func (c *chart) mapping() map[string]dashboard.ValueMappingResult {
	all := make(map[string]dashboard.ValueMappingResult)
	for i, value := range slices.Sorted(maps.Keys(c.states)) {
		s := c.states[value]
		all[value] = dashboard.ValueMappingResult{Text: &s.text, Color: &s.colour, Index: new(int32(i))}
	}
	return all
}
