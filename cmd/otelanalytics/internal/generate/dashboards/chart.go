// SPDX-License-Identifier: Apache-2.0

package dashboards

// kind is what a chart looks like.
type kind int

const (
	figures kind = iota // the last values, in large figures
	series              // lines over time
	bars                // the last values, as bars
)

// chart is a panel before it has a place and an id.
type chart struct {
	key         string // what the id is made from: unique within a dashboard, and the same as long as the chart means the same
	kind        kind
	title       string
	description string
	unit        string // of Grafana
	none        string // what is shown where there is no data
	queries     []query
	states      map[string]state // what values are shown as, by value
	max         float64          // end of the axis; 0: that of the data
	least       float64          // where the axis ends at least; 0: where the data do
	many        bool             // lines are many: their names stand beside them
	three       bool             // there are three figures: they stand one above the other
	zero        bool             // anything but 0 is wrong
}

// query is one expression of a chart.
type query struct {
	expr      string
	legend    string // a text in which {{label}} stands for the label's value
	unit      string // another one than the chart's; empty for the same
	exemplars bool
}

// state is what a value is shown as.
type state struct{ text, colour string }

// section is a row of a dashboard: its heading, and the charts below it.
type section struct {
	key    string
	title  string
	charts []chart
}

// board is a dashboard.
type board struct {
	slug        string // the end of its uid
	title       string
	description string
	sections    []section
	variables   []variable
}

// variable is a choice at the top of a dashboard, of the values of a label.
type variable struct {
	name  string
	label string   // of Prometheus
	from  []string // names of the series that have the label
}
