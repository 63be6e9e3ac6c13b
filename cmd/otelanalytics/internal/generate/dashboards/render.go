// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Tags of every dashboard.
const (
	commonTag = "otelanalytics"
	// madeTag begins the tag that says which run of the command made a dashboard, by the prefix of its uids.
	madeTag = "generated:"
)

// render returns the dashboard as the JSON that Grafana reads.
func (b board) render(o *options) ([]byte, error) {
	tags := []string{commonTag, madeTag + o.uidPrefix}
	d := dashboard.NewDashboardBuilder(b.title).
		Uid(b.uid(o)).
		Description(sentences(b.description, "Made by otelanalytics generate dashboards from "+o.source+": changes to this file are lost.")).
		Tags(tags).
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Time("now-"+o.span, "now").
		Refresh(o.refresh).
		Link(dashboard.NewDashboardLinkBuilder("Other dashboards").
			Type(dashboard.DashboardLinkTypeDashboards).
			Tags(tags[1:]).
			KeepTime(true).IncludeVars(true))
	var broken parts
	put(&broken, d.WithVariable, datasource(), "the variable of the data source")
	put(&broken, d.WithVariable, jobs(o.naming), "the variable of jobs")
	put(&broken, d.WithVariable, instances(o.naming), "the variable of instances")
	for _, v := range b.variables {
		put(&broken, d.WithVariable, v.build(), "the variable "+v.name)
	}
	var keys []string
	for _, s := range b.sections {
		keys = append(keys, s.key)
		for i := range s.charts {
			keys = append(keys, s.charts[i].key)
		}
	}
	ids := panelIDs(keys)
	if len(ids) != len(keys) {
		return nil, fmt.Errorf("dashboard %s has two panels with one key", b.title) // a mistake in this package
	}
	y := uint32(0)
	for _, s := range b.sections {
		put(&broken, d.WithRow, s.row(ids[s.key], y), "the row "+s.title)
		places, below := layout(s.charts, y+rowHeight)
		for i := range s.charts {
			c := &s.charts[i]
			put(&broken, d.WithPanel, c.panel(ids[c.key], places[i]), "the panel "+c.title)
		}
		y = below
	}
	built, err := d.Build()
	if err = errors.Join(broken.err(), err); err != nil {
		return nil, fmt.Errorf("dashboard %s: %w", b.title, err)
	}
	text, err := json.MarshalIndent(built, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(plain(text), '\n'), nil
}

// uid is the dashboard's own name in Grafana, and that of its file.
func (b board) uid(o *options) string { return o.uidPrefix + "-" + b.slug }

// plain writes <, > and & as themselves, which encoding/json escapes for HTML.
func plain(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			out = append(out, text[i])
			continue
		}
		rest := text[i:]
		switch {
		case bytes.HasPrefix(rest, []byte(`\u003c`)):
			out, i = append(out, '<'), i+5
		case bytes.HasPrefix(rest, []byte(`\u003e`)):
			out, i = append(out, '>'), i+5
		case bytes.HasPrefix(rest, []byte(`\u0026`)):
			out, i = append(out, '&'), i+5
		default:
			out, i = append(out, rest[:2]...), i+1
		}
	}
	return out
}
