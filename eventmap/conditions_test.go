// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/internal/expression"
)

// show returns an expression as it is written, with what it reads.
func show(x *Expression) any {
	if x == nil {
		return nil
	}
	return []any{x.String(), (*expression.Program)(x).Operands()}
}

func TestDataRedactionAndConditions(t *testing.T) {
	m := parseValid(t, "conditions.yaml")
	metric := func(name string) *Metric { d, _ := m.Metric(name); return d }

	wantRedactions := []Redaction{
		{Path: Path{"password"}},
		{Path: Path{"*", "email"}},
		{Path: Path{"items", "0", "secret"}},
		{Path: Path{"*", "*", "token"}},
		{Path: Path{"404"}},
	}
	if diff := cmp.Diff(wantRedactions, m.Redactions()); diff != "" {
		t.Errorf("redactions (-want +got):\n%s", diff)
	}
	if !m.NeedsRedactKey() {
		t.Error("a hashed field needs no key")
	}

	wantMetrics := []*Metric{
		{Name: "latency", Instrument: ExponentialHistogram, Unit: "s", Number: Double, MaxSeries: 1900, MaxSize: 132, MaxScale: -3, Enabled: true},
		{
			Name: "adaptive", Instrument: ExponentialHistogram, Number: Int, MaxSeries: 1900, MaxSize: 160, MaxScale: 20, Enabled: true,
			Attributes: []Attribute{{Name: "mode", Limit: 5, Default: "unknown"}},
		},
		{Name: "off", Instrument: Counter, Number: Int, MaxSeries: 1900},
		{
			Name: "spent", Instrument: Counter, Number: Double, MaxSeries: 1900, Enabled: true,
			Attributes: []Attribute{{Name: "session", Values: []string{"new", "old"}, Default: "unknown"}},
		},
	}
	if diff := cmp.Diff(wantMetrics, m.Metrics()); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}

	bought, _ := m.Event("bought")
	if bought.Enabled || !bought.Store {
		t.Errorf("enabled %v, store %v", bought.Enabled, bought.Store)
	}
	wantData := []Field{
		{Path: Path{"amount"}, Type: IntField, Description: "How many."},
		{Path: Path{"price"}, Type: DoubleField},
		{Path: Path{"order"}, Type: ObjectField},
		{Path: Path{"order", "mode"}, Type: StringField},
		{Path: Path{"items"}, Type: ArrayField},
		{Path: Path{"a field"}, Type: BoolField},
		{Path: Path{"when"}, Type: DateField},
		{Path: Path{"ip"}, Redact: RedactHash},
		{Path: Path{"order", "address"}, Redact: RedactDrop},
		{Path: Path{"free"}},
	}
	if diff := cmp.Diff(wantData, bought.Data); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}

	amount := expression.Operand{Path: []string{"amount"}, Type: expression.Int}
	price := expression.Operand{Path: []string{"price"}, Type: expression.Double, Optional: true}
	product := []any{"data.amount * (data.price ?? 0)", []expression.Operand{amount, price}}
	optional := amount
	optional.Optional = true
	type record struct{ Value, When any }
	want := []record{
		{product, []any{`not data["a field"]`, []expression.Operand{{Path: []string{"a field"}, Type: expression.Bool}}}},
		{product, []any{`data.order.mode in ['x', "y"]`, []expression.Operand{{Path: []string{"order", "mode"}, Type: expression.String}}}},
		{nil, []any{"true", []expression.Operand(nil)}},
		{[]any{"data.price ?? data.amount ?? 1", []expression.Operand{price, optional}}, []any{"type != 'free' and data.price != nil", []expression.Operand{price}}},
		{nil, nil},
	}
	var got []record
	for _, r := range bought.Records {
		got = append(got, record{show(r.Value.Expression), show(r.When)})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	if r := bought.Records[4]; r.Metric != metric("off") || r.Value.Constant != 1 {
		t.Errorf("%+v", r)
	}
}

func TestNoRedactKeyIsNeeded(t *testing.T) {
	m := parseText(t, "version: 1\nredact: [a]\nevents:\n  e: {data: {b: {redact: drop}}}\n")
	if m.NeedsRedactKey() {
		t.Error("a key is needed where nothing is hashed")
	}
	m.Redactions()[0].Path = nil
	if m.Redactions()[0].Path == nil {
		t.Error("a caller's change to the slice shows")
	}
}
