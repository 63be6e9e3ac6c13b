// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"strconv"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
)

// version is the map version that this package reads.
const version = 1

// other is the value that replaces values beyond a bound. No attribute value or event of a map can have this name.
const other = "other"

// loader converts the nodes of one file to metrics and events. It reports and leaves out the parts that it cannot read.
type loader struct {
	metrics      []*metricDecl
	metric       map[string]*metricDecl
	metricNames  []string
	redactions   []Redaction
	redacted     redactedFields // of redactions
	events       []*Event
	declared     []*eventDecl // of events
	every        []Record
	oldNames     []oldName     // of events
	replacements []replacement // of what is deprecated
	keyScope     KeyScope
	onViolation  ViolationMode
	expressions  int // how many were met
}

func newLoader() *loader {
	return &loader{metric: make(map[string]*metricDecl), keyScope: defaultKeyScope, onViolation: CountViolations}
}

// load reads the whole document.
func (l *loader) load(root strictyaml.Node) {
	// Another version has other keys: what else is wrong could not be told.
	if !supported(root) {
		return
	}
	top := root.Object(mapObject.known()...)
	if v, ok := top.Get("version"); ok {
		checkVersion(v)
	} else if top.Lacks("version") {
		root.Missing("version", `begin the file with "version: 1"`)
	}
	if scope, ok := top.Get("key_scope"); ok {
		l.loadKeyScope(scope)
	}
	l.onViolation = loadViolationMode(top, CountViolations)
	if redact, ok := top.Get("redact"); ok {
		l.loadRedactions(redact)
	}
	if metrics, ok := top.Get("metrics"); ok {
		for _, e := range metrics.Entries() {
			l.loadMetric(e)
		}
	}
	l.checkNames()
	if events, ok := top.Get("events"); ok {
		for _, e := range events.Entries() {
			l.loadEvent(e)
		}
	}
	l.checkOldNames()
	if every, ok := top.Get("every_event"); ok {
		l.loadEvery(every)
	}
	l.checkReplacements()
}

// checkVersion refuses what is not version 1.
func checkVersion(n strictyaml.Node) {
	const fix = "write version: 1"
	if !n.Scalar("a number", fix) {
		return
	}
	if n.Tag() != "!!int" || n.Raw() != strconv.Itoa(version) {
		n.Fail("must be the number 1, not "+n.Kind(), fix)
	}
}

// supported reports false for a version that another release reads.
func supported(root strictyaml.Node) bool {
	for _, n := range root.Peek("version") {
		if n.Tag() != "!!int" {
			continue
		}
		if v, err := strconv.Atoi(n.Raw()); err == nil && v > version {
			n.Fail("version "+strconv.Itoa(v)+" is not known",
				"update the SDK, or write the map in version 1, which this release reads")
			return false
		}
	}
	return true
}

// result returns the map that a file without mistakes declares.
func (l *loader) result() *Map {
	metrics := make([]*Metric, len(l.metrics))
	for i, d := range l.metrics {
		metrics[i] = d.metric
	}
	return newMap(l.keyScope, l.redactions, metrics, l.events, l.every)
}
