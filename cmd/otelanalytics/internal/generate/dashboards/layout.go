// SPDX-License-Identifier: Apache-2.0

package dashboards

// place is where a panel is, in Grafana's grid of 24 columns.
type place struct{ x, y, w, h uint32 }

const (
	columns   = 24
	rowHeight = 1
	height    = 8
)

// least is how many columns a chart takes at least.
func (k kind) least() uint32 {
	if k == figures {
		return 6
	}
	return 8
}

// layout places charts in lines, from left to right, from the row y on, and returns the row below them. The lines of a
// chart take what is left of the width.
func layout(charts []chart, y uint32) ([]place, uint32) {
	places := make([]place, len(charts))
	for from := 0; from < len(charts); {
		to, width := from, uint32(0)
		for to < len(charts) && width+charts[to].kind.least() <= columns {
			width += charts[to].kind.least()
			to++
		}
		widen(charts[from:to], places[from:to], columns-width)
		x := uint32(0)
		for i := from; i < to; i++ {
			places[i].x, places[i].y, places[i].h = x, y, height
			x += places[i].w
		}
		y += height
		from = to
	}
	return places, y
}

// widen gives each chart of a line its width, and what is left to those with lines, or else to all.
func widen(charts []chart, places []place, left uint32) {
	var wide []int
	for i := range charts {
		places[i].w = charts[i].kind.least()
		if charts[i].kind == series {
			wide = append(wide, i)
		}
	}
	if wide == nil {
		for i := range charts {
			wide = append(wide, i)
		}
	}
	for n := uint32(0); n < left; n++ {
		places[wide[int(n)%len(wide)]].w++
	}
}
