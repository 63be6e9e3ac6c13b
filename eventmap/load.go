// SPDX-License-Identifier: Apache-2.0

package eventmap

import "strconv"

// version is the map version that this package reads.
const version = 1

// other is the value that stands in for what is beyond a bound: no attribute value or event of a map can
// have its name.
const other = "other"

// loader turns the nodes of one file into metrics and events. What it could not make sense of it has
// reported, and leaves out.
type loader struct {
	report      *report
	metrics     []*metricDecl
	metric      map[string]*metricDecl
	metricNames []string
	redactions  []Redaction
	redacted    redactedFields // of redactions
	events      []*Event
	expressions int // how many were met
}

func newLoader(r *report) *loader {
	return &loader{report: r, metric: make(map[string]*metricDecl)}
}

// load reads the whole document.
func (l *loader) load(root node) {
	// Another version has other keys: what else is wrong could not be told.
	if !supported(root) {
		return
	}
	top := root.object(mapObject.known()...)
	if v, ok := top.get("version"); ok {
		checkVersion(v)
	} else if top.lacks("version") {
		root.missing("version", `begin the file with "version: 1"`)
	}
	if redact, ok := top.get("redact"); ok {
		l.loadRedactions(redact)
	}
	if metrics, ok := top.get("metrics"); ok {
		for _, e := range metrics.entries() {
			l.loadMetric(e)
		}
	}
	l.checkNames()
	if events, ok := top.get("events"); ok {
		for _, e := range events.entries() {
			l.loadEvent(e)
		}
	}
}

// checkVersion refuses what is not version 1.
func checkVersion(n node) {
	const fix = "write version: 1"
	if !n.scalar("a number", fix) {
		return
	}
	if n.y.ShortTag() != "!!int" || n.y.Value != strconv.Itoa(version) {
		n.fail("must be the number 1, not "+n.kind(), fix)
	}
}

// supported reports a version that another release reads.
func supported(root node) bool {
	for i := 0; i+1 < len(root.y.Content) && root.kind() == "a mapping"; i += 2 {
		value := root.y.Content[i+1]
		if root.y.Content[i].Value != "version" || value.ShortTag() != "!!int" {
			continue
		}
		if v, err := strconv.Atoi(value.Value); err == nil && v > version {
			root.child(value, root.at.with("version")).fail("version "+strconv.Itoa(v)+" is not known",
				"update the SDK, or write the map in version 1, which this release reads")
			return false
		}
	}
	return true
}

// result returns what was read from a file without mistakes.
func (l *loader) result() ([]Redaction, []*Metric, []*Event) {
	metrics := make([]*Metric, len(l.metrics))
	for i, d := range l.metrics {
		metrics[i] = d.metric
	}
	return l.redactions, metrics, l.events
}
