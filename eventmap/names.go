// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"strconv"
	"strings"

	"github.com/prometheus/otlptranslator"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// claim is a name on the Prometheus page and the metric that it comes from; nil for the SDK's own.
type claim struct {
	decl *metricDecl
	name string // what the owner is called on the page
}

// checkNames refuses metrics that would have the same name. OpenTelemetry does not distinguish names that differ in
// case only. After translation, Prometheus would drop or mix metrics with one name.
func (l *loader) checkNames() {
	folded := make(map[string]*metricDecl, len(l.metrics))
	claims := map[string]claim{otlptranslator.TargetInfoMetricName: {}}
	for _, d := range l.metrics {
		if !d.named {
			continue
		}
		fold := strings.ToLower(d.metric.Name)
		if first, ok := folded[fold]; ok {
			d.key.Fail("differs only in case from metric "+first.describe()+", and OpenTelemetry takes both for one", "rename one of the two")
			continue
		}
		folded[fold] = d
		if d.typed {
			d.claimNames(claims)
		}
	}
}

// claimNames adds the Prometheus names of one metric, and reports the first that is taken.
func (d *metricDecl) claimNames(claims map[string]claim) {
	name, err := prometheusName(d.metric)
	if err != nil {
		d.key.Fail("has no name in Prometheus: "+err.Error(), "use letters and digits")
		return
	}
	if strings.HasPrefix(strings.ToLower(name), "otelanalytics_") {
		d.key.Fail("becomes "+words.Quote(name)+" in Prometheus, and names with this prefix belong to the SDK", "give it another name")
		return
	}
	exposed := exposedNames(d.metric.Instrument, name)
	for _, series := range exposed {
		taken, ok := claims[series]
		if !ok {
			continue
		}
		switch {
		case taken.decl == nil:
			d.key.Fail("becomes "+words.Quote(series)+" in Prometheus, which holds the resource's attributes", "give it another name")
		case series == name && taken.name == name:
			d.key.Fail("becomes "+words.Quote(name)+" in Prometheus, and so does metric "+taken.decl.describe(), "rename one of the two")
		default:
			d.key.Fail("needs the name "+words.Quote(series)+" in Prometheus, which metric "+taken.decl.describe()+" needs too", "rename one of the two")
		}
		return
	}
	for _, series := range exposed {
		claims[series] = claim{d, name}
	}
}

func (d *metricDecl) describe() string {
	return words.Quote(d.metric.Name) + " on line " + strconv.Itoa(d.key.Line())
}

// prometheusName translates as go.opentelemetry.io/otel/exporters/prometheus does by default.
func prometheusName(m *Metric) (string, error) {
	namer := otlptranslator.NewMetricNamer("", otlptranslator.UnderscoreEscapingWithSuffixes)
	return namer.Build(otlptranslator.Metric{Name: m.Name, Unit: m.Unit, Type: m.Instrument.kind().translated})
}

// exposedNames lists the names that a metric uses on the page: its samples, and the family. OpenMetrics 1.0 names the
// family of a counter without its suffix.
func exposedNames(i Instrument, name string) []string {
	names := []string{name}
	for _, suffix := range i.kind().suffixes {
		names = append(names, name+suffix)
	}
	if i.IsMonotonic() {
		names = append(names, strings.TrimSuffix(name, "_total"))
	}
	return names
}

// otlpLabels translates as Prometheus' OTLP receiver does by default.
var otlpLabels = otlptranslator.LabelNamer{UnderscoreLabelSanitization: true, PreserveMultipleUnderscores: true}

// labelFix is the fix for an attribute whose name cannot be a label.
const labelFix = "give the attribute another name, and fill it with from"

// checkLabel refuses attribute names that would be lost or mixed up as Prometheus labels.
func checkLabel(e strictyaml.Entry, labels map[string]strictyaml.Entry, fix string) bool {
	if e.Name == "" || words.Control(e.Name) || strings.HasPrefix(e.Name, "$") {
		e.Key.Fail("an attribute's name must not be empty, start with $ or hold control characters", fix)
		return false
	}
	namer := otlptranslator.LabelNamer{}
	label, err := namer.Build(e.Name)
	if err != nil {
		e.Key.Fail("has no name in Prometheus", "use letters and digits of ASCII")
		return false
	}
	if owner, ok := reservedLabel(e.Name, label); ok {
		e.Key.Fail("the Prometheus label "+words.Quote(label)+" is reserved for "+owner, fix)
		return false
	}
	if byOTLP, err := otlpLabels.Build(e.Name); err != nil || byOTLP != label {
		e.Key.Fail("becomes the label "+words.Quote(label)+" on a page for Prometheus, and "+words.Quote(byOTLP)+" where Prometheus gets it by OTLP",
			"start with a letter or a digit of ASCII, and let no two other characters stand side by side")
		return false
	}
	if first, ok := labels[label]; ok {
		e.Key.Fail("becomes the label "+words.Quote(label)+" in Prometheus, and so does attribute "+words.Quote(first.Name)+
			" on line "+strconv.Itoa(first.Key.Line()), "rename one of the two")
		return false
	}
	labels[label] = e
	return true
}
