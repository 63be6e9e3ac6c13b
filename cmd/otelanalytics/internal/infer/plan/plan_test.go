// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/plan"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// sample is a plan, and what has to become of it.
type sample struct {
	name    string
	read    func([]plan.File) (*plan.Plan, error)
	files   []string
	events  string   // what the map declares: an event a line, its fields below
	omitted []string // in order
}

// check holds a sample to what has to become of it.
func (s sample) check(t *testing.T) {
	t.Helper()
	var files []plan.File
	for i, data := range s.files {
		files = append(files, plan.File{Name: fmt.Sprint("file ", i), Data: []byte(data)})
	}
	p, err := s.read(files)
	if err != nil {
		t.Fatal(err)
	}
	text, err := p.Map.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	m, err := eventmap.Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var b strings.Builder
	for _, e := range m.Events() {
		b.WriteString(e.Name)
		if e.Additional != eventmap.KeepAdditional {
			b.WriteString(" additional=" + string(e.Additional))
		}
		if e.Deprecated != nil {
			b.WriteString(" deprecated")
		}
		b.WriteString("\n")
		for i := range e.Data {
			b.WriteString("  " + field(&e.Data[i]) + "\n")
		}
	}
	if got, want := strings.TrimSpace(b.String()), strings.TrimSpace(strings.ReplaceAll(s.events, "\n\t\t\t", "\n")); got != want {
		t.Errorf("the map declares\n%s\nwant\n%s", got, want)
	}
	if !slices.Equal(p.Omitted, s.omitted) {
		t.Errorf("omitted\n%s\nwant\n%s", strings.Join(p.Omitted, "\n"), strings.Join(s.omitted, "\n"))
	}
}

// field writes a field with its rules.
func field(f *eventmap.Field) string {
	text := strings.Join(f.Path, ".") + " " + strings.Join(f.TypeNames(), "|")
	if len(f.TypeNames()) == 0 {
		text += "any"
	}
	r := f.Rules
	if r.Required {
		text += " required"
	}
	if r.Items {
		text += " items"
	}
	if r.Values != nil {
		text += fmt.Sprintf(" values=%v", r.Values)
	}
	if r.Pattern != "" {
		text += " pattern=" + r.Pattern
	}
	if r.MinLength+r.MaxLength > 0 {
		text += fmt.Sprintf(" length=%d..%d", r.MinLength, r.MaxLength)
	}
	if r.Min != nil {
		text += fmt.Sprintf(" min=%v", *r.Min)
	}
	if r.Max != nil {
		text += fmt.Sprintf(" max=%v", *r.Max)
	}
	if r.MaxItems > 0 {
		text += fmt.Sprintf(" max_items=%d", r.MaxItems)
	}
	if f.Deprecated != nil {
		text += " deprecated"
	}
	return text
}
