// SPDX-License-Identifier: Apache-2.0

package rules

import "time"

// group is a list of rules that Prometheus evaluates one after the other, at the same time.
type group struct {
	name  string
	rules []rule
}

// rule is a recording rule, or an alert.
type rule struct {
	comment string // why it is as it is
	record  string // name of the recorded series; empty for an alert
	alert   string // name of the alert; empty for a recording rule
	expr    string
	native  bool // it reads a native histogram

	// Of an alert. Texts are Prometheus' templates.
	hold        time.Duration
	severity    string
	summary     string
	description string

	tests []test
}

// The severities.
const (
	critical = "critical" // events are refused or lost, or will be soon, or users get errors: look now
	warning  = "warning"  // something is wrong, and what was accepted is safe: look today
)

// test plays series, one value a minute, and says what comes of them.
type test struct {
	name   string
	inputs []input
	notes  []string // about the inputs, in the same order; may be shorter
	fires  []fires  // of the rule's alert
	asks   []asked  // of its recorded series
}

// input is a series with its values in promtool's notation.
type input struct{ series, values string }

// fires says which alerts of a rule fire at a time.
type fires struct {
	at     string
	alerts []firing // none: it does not fire
}

// firing is an alert as it must come out: texts without templates.
type firing struct {
	labels               map[string]string // without severity
	summary, description string
}

// asked is an expression, and what it must be at a time.
type asked struct {
	expr, at string
	want     []sampled
}

// sampled is one sample of an answer.
type sampled struct {
	series string
	value  float64
}
