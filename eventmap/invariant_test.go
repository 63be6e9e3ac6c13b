// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"bytes"
	"errors"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/internal/datapath"
	"github.com/otelanalytics/otelanalytics-go/internal/expression"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

var (
	metricName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./-]{0,254}$`)
	hashForm   = regexp.MustCompile(`^[0-9a-f]{16}$`)
)

// checkInvariants checks everything that users of a map rely on, written independently of the loader.
func checkInvariants(t *testing.T, m *Map) {
	t.Helper()
	if !hashForm.MatchString(m.Hash()) {
		t.Errorf("hash %q", m.Hash())
	}
	names := map[string]bool{}
	for _, metric := range m.Metrics() {
		if got, ok := m.Metric(metric.Name); !ok || got != metric || names[strings.ToLower(metric.Name)] {
			t.Errorf("metric %q is not there exactly once", metric.Name)
		}
		names[strings.ToLower(metric.Name)] = true
		checkMetric(t, metric)
	}
	events := map[string]bool{}
	for _, e := range m.Events() {
		if got, ok := m.Event(e.Name); !ok || got != e || events[e.Name] {
			t.Errorf("event %q is not there exactly once", e.Name)
		}
		events[e.Name] = true
		checkEvent(t, m, e)
	}
}

func checkMetric(t *testing.T, m *Metric) {
	t.Helper()
	if !metricName.MatchString(m.Name) || strings.HasPrefix(strings.ToLower(m.Name), "otelanalytics.") {
		t.Errorf("metric name %q", m.Name)
	}
	if len(m.Unit) > 63 || !utf8.ValidString(m.Description) {
		t.Errorf("%s: unit %q, description %q", m.Name, m.Unit, m.Description)
	}
	if !slices.Contains([]Instrument{Counter, UpDownCounter, Gauge, Histogram, ExponentialHistogram, Unique}, m.Instrument) || m.Number != Int && m.Number != Double {
		t.Errorf("%s: %s of %s", m.Name, m.Instrument, m.Number)
	}
	if m.MaxSeries < 1 || m.MaxSeries > 100_000 || m.Buckets != nil && (len(m.Buckets) == 0 || m.Instrument != Histogram) {
		t.Errorf("%s: max_series %d, %d buckets", m.Name, m.MaxSeries, len(m.Buckets))
	}
	for i, b := range m.Buckets {
		if math.IsNaN(b) || math.IsInf(b, 0) || i > 0 && b <= m.Buckets[i-1] {
			t.Errorf("%s: buckets %v", m.Name, m.Buckets)
		}
	}
	checkCounted(t, m)
	product := 1
	names := map[string]bool{}
	for _, a := range m.Attributes {
		if a.Name == "" || names[a.Name] || a.Default == "" || a.Default == "other" || (a.Limit > 0) == (len(a.Values) > 0) ||
			a.Limit < 0 || a.Limit > m.MaxSeries || !utf8.ValidString(a.Name+a.Default) {
			t.Errorf("%s: attribute %+v", m.Name, a)
		}
		names[a.Name] = true
		values := map[string]bool{}
		for _, v := range a.Values {
			if v == "" || v == "other" || values[v] || !utf8.ValidString(v) {
				t.Errorf("%s: attribute %+v", m.Name, a)
			}
			values[v] = true
		}
		if a.Limit == 0 {
			values[a.Default] = true
			product *= len(values)
		}
		if product > m.MaxSeries {
			t.Fatalf("%s: %d series", m.Name, product)
		}
	}
}

func checkCounted(t *testing.T, m *Metric) {
	t.Helper()
	c := m.Counted
	if (c != nil) != (m.Instrument == Unique) {
		t.Errorf("%s: %s counts %+v", m.Name, m.Instrument, c)
	}
	if c == nil {
		return
	}
	if c.Of == "" || (c.Path == nil) != (c.Of == "$user" || c.Of == "$session") || m.Number != Int {
		t.Errorf("%s: %+v of %s", m.Name, c, m.Number)
	}
	last := m.Attributes[len(m.Attributes)-1]
	if last.Name != c.WindowAttribute || len(last.Values) != len(c.Windows) || len(c.Windows) == 0 {
		t.Fatalf("%s: windows %+v, attribute %+v", m.Name, c.Windows, last)
	}
	for i, w := range c.Windows {
		if last.Values[i] != w.Name || w.Length%time.Hour != 0 || w.Length < time.Hour || w.Length > 400*24*time.Hour || i > 0 && w.Length <= c.Windows[i-1].Length {
			t.Errorf("%s: windows %+v, attribute %+v", m.Name, c.Windows, last)
		}
	}
}

func checkEvent(t *testing.T, m *Map, e *Event) {
	t.Helper()
	if e.Name == "" || e.Name == "other" || words.Control(e.Name) || strings.Count(e.Name, "*") > 1 ||
		strings.Contains(e.Name, "*") != e.IsPattern() {
		t.Errorf("event name %q", e.Name)
	}
	if got, ok := m.Match(e.Name); !ok || got != e {
		t.Errorf("event %q does not match itself", e.Name)
	}
	checkRules(t, e)
	for _, r := range e.Records {
		if r.When != nil {
			checkExpression(t, r.When, false)
		}
		if got, ok := m.Metric(r.Metric.Name); !ok || got != r.Metric || len(r.Sources) != len(r.Metric.Attributes) {
			t.Fatalf("%s: record %+v", e.Name, r)
		}
		for i, s := range r.Sources {
			checkSource(t, e, r.Metric.Attributes[i], s)
		}
		v := r.Value
		switch i := r.Metric.Instrument; {
		case v.Expression != nil:
			checkExpression(t, v.Expression, true)
		case v.Path != nil:
			checkPath(t, e, v.Path, true)
		case math.IsNaN(v.Constant) || math.IsInf(v.Constant, 0),
			v.Constant < 0 && (i == Counter || i == Histogram || i == ExponentialHistogram),
			r.Metric.Number == Int && float64(int64(v.Constant)) != v.Constant:
			t.Errorf("%s: constant %v for %+v", e.Name, v.Constant, r.Metric)
		}
	}
}

// checkExpression evaluates with values of every kind: whatever they are, there is a result or one of the
// three errors.
func checkExpression(t *testing.T, x *Expression, number bool) {
	t.Helper()
	program := (*expression.Program)(x)
	for _, v := range []any{nil, "", "a", int64(0), int64(-1), 0.5, math.NaN(), math.Inf(1), true, struct{}{}} {
		values := make([]any, len(program.Operands()))
		for i := range values {
			values[i] = v
		}
		var err error
		if number {
			_, err = program.Number("type", values)
		} else {
			_, err = program.Bool("type", values)
		}
		if err != nil && !errors.Is(err, expression.ErrMissing) && !errors.Is(err, expression.ErrType) && !errors.Is(err, expression.ErrFailed) {
			t.Errorf("%s of %v: %v", x, v, err)
		}
	}
}

func checkSource(t *testing.T, e *Event, a Attribute, s Source) {
	t.Helper()
	ok := false
	switch s.Kind {
	case FromData:
		ok = len(s.Path) > 0 && s.Constant == ""
		checkPath(t, e, s.Path, false)
	case FromType, FromPlatform, FromModule, FromSession:
		ok = s.Path == nil && s.Constant == ""
	case FromWindow:
		ok = s.Path == nil && s.Constant == "" && len(a.Values) > 0
	case FromConstant:
		ok = s.Path == nil && s.Constant != "" && s.Constant != "other" &&
			(a.Limit > 0 || s.Constant == a.Default || slices.Contains(a.Values, s.Constant))
	}
	if !ok {
		t.Errorf("%s: source %+v of %+v", e.Name, s, a)
	}
}

func checkPath(t *testing.T, e *Event, p Path, size bool) {
	t.Helper()
	for i, part := range p {
		if size && part == "$size" && i > 0 && i == len(p)-1 {
			continue
		}
		if part == "" || datapath.Reserved(part) || words.Control(part) {
			t.Errorf("%s: path %q", e.Name, p)
		}
	}
}

// checkHashIsStable formats the map anew, by the YAML library, and compares the hashes.
func checkHashIsStable(t *testing.T, m *Map, data []byte) {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal(data, &n); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*yaml.Node){
		"as it is":          func(*yaml.Node) {},
		"flow and reversed": func(n *yaml.Node) { reverse(n); n.Content[0].Style = yaml.FlowStyle },
	} {
		change(&n)
		var b bytes.Buffer
		enc := yaml.NewEncoder(&b)
		enc.SetIndent(3)
		if err := enc.Encode(&n); err != nil {
			continue // the library cannot write all that it can read
		}
		again, err := Parse(b.Bytes())
		if err != nil {
			if rewritten(data, b.Bytes()) {
				continue
			}
			t.Fatalf("%s: refused after formatting:\n%v\n%s", name, err, b.Bytes())
		}
		if again.Hash() != m.Hash() && !rewritten(data, b.Bytes()) {
			t.Errorf("%s: hash %s, was %s:\n%s", name, again.Hash(), m.Hash(), b.Bytes())
		}
	}
}

// rewritten reports whether the library wrote something else than it read: some block texts lose or
// gain line breaks on the way.
func rewritten(before, after []byte) bool {
	var a, b yaml.Node
	if yaml.Unmarshal(before, &a) != nil || yaml.Unmarshal(after, &b) != nil {
		return true
	}
	reverse(&b)
	return !sameNodes(&a, &b) && func() bool { reverse(&b); return !sameNodes(&a, &b) }()
}

func sameNodes(a, b *yaml.Node) bool {
	return a.Kind == b.Kind && a.ShortTag() == b.ShortTag() && a.Value == b.Value && slices.EqualFunc(a.Content, b.Content, sameNodes)
}

// reverse turns the keys of every mapping around, unless an alias would come before its anchor.
func reverse(n *yaml.Node) {
	for _, c := range n.Content {
		reverse(c)
	}
	if n.Kind == yaml.MappingNode && !anchored(n) {
		slices.Reverse(n.Content) // values before keys
		for i := 0; i+1 < len(n.Content); i += 2 {
			n.Content[i], n.Content[i+1] = n.Content[i+1], n.Content[i]
		}
	}
}

func anchored(n *yaml.Node) bool {
	return n.Anchor != "" || n.Kind == yaml.AliasNode || slices.ContainsFunc(n.Content, anchored)
}

// checkRules checks what the client relies on: rules fit the field's types, and can be kept to.
func checkRules(t *testing.T, e *Event) {
	t.Helper()
	if !slices.Contains([]ViolationMode{CountViolations, OmitViolations, RejectViolations}, e.OnViolation) ||
		!slices.Contains([]AdditionalMode{KeepAdditional, OmitAdditional, ViolateAdditional}, e.Additional) {
		t.Errorf("%s: on_violation %q, additional %q", e.Name, e.OnViolation, e.Additional)
	}
	paths := map[string]bool{}
	for _, f := range e.Data {
		r, path := &f.Rules, pathText(f.Path)
		if path == "" || paths[path] || len(f.Path) > maxParts || f.Types != nil && (f.Type != "" || len(f.Types) < 2) {
			t.Errorf("%s: field %+v", e.Name, f)
		}
		paths[path] = true
		if _, err := regexp.Compile(r.Pattern); err != nil {
			t.Errorf("%s: pattern of %s: %v", e.Name, path, err)
		}
		text, number, array := f.Has(StringField), f.Has(IntField) || f.Has(DoubleField), f.Has(ArrayField)
		if (r.Pattern != "" || r.MinLength != 0 || r.MaxLength != 0) && !text || (r.Min != nil || r.Max != nil) && !number || (r.MaxItems != 0 || r.Items) && !array ||
			!r.None() && !f.Typed() && !r.Required || r.MaxLength > 0 && r.MaxLength < r.MinLength || r.Min != nil && r.Max != nil && *r.Min > *r.Max || r.Values != nil && len(r.Values) == 0 {
			t.Errorf("%s: rules of %s: %+v", e.Name, path, r)
		}
		for _, v := range r.Values {
			_, isText := v.(string)
			_, isBool := v.(bool)
			if isText && !text || isBool && !f.Has(BoolField) || !isText && !isBool && !number {
				t.Errorf("%s: value %v of %s", e.Name, v, path)
			}
		}
	}
}
