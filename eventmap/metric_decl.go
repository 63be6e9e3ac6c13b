// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"strings"
	"unicode"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
)

const (
	defaultMaxSeries = 1_900   // below the OpenTelemetry SDK's own limit of 2,000, its overflow series included
	maxMaxSeries     = 100_000 // what a Prometheus page can still carry
	maxNameBytes     = 255     // OpenTelemetry metrics API, instrument name syntax
	maxUnitBytes     = 63      // OpenTelemetry metrics API, instrument unit
	ownPrefix        = "otelanalytics."
)

// metricDecl is a metric with the further state that the loader needs for it.
type metricDecl struct {
	metric *Metric
	key    strictyaml.Node // for positions
	attrs  map[string]int
	limits []strictyaml.Node // of the attributes; the zero strictyaml.Node for those without one
	names  []string          // of the attributes
	named  bool              // the name is valid
	typed  bool              // the instrument is known
	whole  bool              // the name of every attribute was read: one that is missing was not declared
	sound  []bool            // the attribute has no mistakes; parallel to metric.Attributes
	window strictyaml.Node   // where the attribute of the windows is named, or the metric is
}

func (l *loader) loadMetric(e strictyaml.Entry) {
	d := &metricDecl{
		metric: &Metric{Name: e.Name, MaxSeries: defaultMaxSeries, Enabled: true},
		key:    e.Key, attrs: map[string]int{}, whole: true,
	}
	m := d.metric
	l.metrics = append(l.metrics, d)
	l.metric[e.Name] = d
	l.metricNames = append(l.metricNames, e.Name)

	d.named = checkMetricName(e.Key, e.Name)
	o := e.Value.Object(metricObject.known()...)
	d.loadInstrument(o)
	if n, ok := o.Get("unit"); ok {
		m.Unit = unit(n)
	}
	if n, ok := o.Get("description"); ok {
		m.Description, _ = n.Text()
	}
	if n, ok := o.Get("group"); ok {
		m.Group, _ = n.Text()
	}
	m.Deprecated = l.loadDeprecation(o, l.metricReplacement(e.Name))
	series := true
	if n, ok := o.Get("max_series"); ok {
		m.MaxSeries, series = n.Integer(1, maxMaxSeries)
	}
	if n, ok := o.Get("buckets"); ok {
		d.loadBuckets(n)
	}
	d.loadScale(o)
	d.loadCounted(o)
	if n, ok := o.Get("enabled"); ok {
		m.Enabled, _ = n.Boolean()
	}
	if n, ok := o.Get("attributes"); ok {
		l.loadAttributes(n, d)
	}
	d.addWindows()
	if !series {
		return
	}
	d.checkLimits()
	if d.whole && !slices.Contains(d.sound, false) {
		if d.checkSeries(o) {
			d.checkCombinations(o)
		}
	}
}

func (d *metricDecl) loadInstrument(o strictyaml.Object) {
	m := d.metric
	if n, ok := o.Get("instrument"); ok {
		var s string
		if s, d.typed = n.Word(instruments()...); d.typed {
			m.Instrument = Instrument(s)
		}
	} else if o.Lacks("instrument") {
		d.key.Missing("instrument", "add one of "+strings.Join(instruments(), ", "))
	}
	m.Number = Double
	if d.typed {
		m.Number = m.Instrument.kind().number
	}
	if n, ok := o.Get("number"); ok {
		if s, ok := n.Word(numberKinds()...); ok {
			m.Number = NumberKind(s)
			if m.Number == Double && m.Instrument.IsUnique() {
				n.Fail("a number of different values is an integer", "remove it")
			}
		} else {
			m.Number = Double // so that no constant is refused because of it
		}
	}
}

func numberKinds() []string { return []string{string(Int), string(Double)} }

// checkMetricName applies the instrument name syntax of the OpenTelemetry metrics API, and keeps the
// SDK's own names free.
func checkMetricName(key strictyaml.Node, name string) bool {
	const fix = "start with a letter and use only letters, digits and _ . - / after it"
	switch {
	case name == "":
		key.Fail("a metric needs a name", fix)
	case len(name) > maxNameBytes:
		key.Fail("the name has more than 255 characters", "shorten it")
	case !letter(rune(name[0])):
		key.Fail("the name does not start with a letter", fix)
	case strings.ContainsFunc(name, func(c rune) bool {
		return !letter(c) && (c < '0' || c > '9') && !strings.ContainsRune("_.-/", c)
	}):
		key.Fail("the name holds a character that OpenTelemetry does not allow", fix)
	case strings.HasPrefix(strings.ToLower(name), ownPrefix):
		key.Fail(`names that start with "otelanalytics." are the SDK's own`, "give it another name")
	default:
		return true
	}
	return false
}

func letter(c rune) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// unit reads a unit, of which the OpenTelemetry metrics API says only that it is short ASCII.
func unit(n strictyaml.Node) string {
	s, ok := n.Text()
	switch {
	case !ok:
	case len(s) > maxUnitBytes:
		n.Fail("the unit has more than 63 characters", `use a UCUM unit such as s, By or "{login}"`)
	case strings.ContainsFunc(s, func(c rune) bool { return c > unicode.MaxASCII || c < 0x20 || c == 0x7f }):
		n.Fail("the unit holds a character that is not printable ASCII", `use a UCUM unit such as s, By or "{login}"`)
	default:
		return s
	}
	return ""
}
