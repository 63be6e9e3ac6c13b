// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// A part that does not validate is an error that names it, not a dashboard without it.
func TestPartThatIsNotValid(t *testing.T) {
	b := board{slug: "s", title: "Shop", sections: []section{{key: "orders", title: "Orders", charts: []chart{{key: "sum", title: "Orders placed"}}}}}
	if _, err := b.render(&options{uidPrefix: "p", span: "1h"}); err != nil {
		t.Fatal(err)
	}
	d := dashboard.NewDashboardBuilder("Shop")
	var broken parts
	c := chart{title: "Orders placed"}
	put(&broken, d.WithPanel, c.panel(7, place{w: columns + 1, h: 1}), "the panel "+c.title)
	put(&broken, d.WithPanel, c.panel(8, place{w: columns, h: 1}), "the panel "+c.title)
	built, err := d.Build()
	if err != nil {
		t.Fatal(err)
	}
	if len(built.Panels) != 1 {
		t.Errorf("%d panels, want the valid one", len(built.Panels))
	}
	if err := broken.err(); err == nil || !strings.Contains(err.Error(), "the panel Orders placed is not valid for Grafana: ") || !strings.Contains(err.Error(), "24") {
		t.Errorf("the error is %v", err)
	}
}
