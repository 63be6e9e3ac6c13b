// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/evaluation"
)

// TestVerify damages a file in each way that promtool says nothing about, and in others.
func TestVerify(t *testing.T) {
	m, err := eventmap.Parse([]byte("version: 1\nmetrics: {sales: {instrument: counter, attributes: {plan: {limit: 5}}}}\nevents: {sold: {record: [{metric: sales}]}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	e, err := evaluation.New(m)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := bson.Marshal(bson.D{{Key: "event_type", Value: "sold"}, {Key: "event_data", Value: bson.D{{Key: "plan", Value: "pro"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Document(doc); err != nil {
		t.Fatal(err)
	}
	metric := e.Metrics()[0]
	f := &family{metric: metric.Declared, name: "sales_total", known: map[*evaluation.Series]*history{}}
	s := &slice{grid: grid{60_000, 240_000, 60_000}, last: 3, families: []*family{f}}
	s.add(f, metric.Series[0], 2, nil)
	const first, second, third = `sales_total{plan="pro"} 0 120` + "\n", `sales_total{plan="pro"} 1 180` + "\n", `sales_total{plan="pro"} 1 240` + "\n"
	for name, c := range map[string]struct{ old, new, says string }{
		"as it was written": {"", "", ""},
		"a doubled sample":  {second, second + second, "it has"},
		"out of order":      {second + third, third + second, "it has"},
		"a sample is gone":  {second, "", "it has"},
		"the last is gone":  {third, "", "it ends with line"},
		"another value":     {" 1 180", " 2 180", "and sales_total"},
		"another time":      {" 1 180", " 1 181", "and sales_total"},
		"another label":     {`"pro"} 1 240`, `"free"} 1 240`, "and sales_total"},
		"one more":          {third, third + `sales_total{plan="pro"} 1 300` + "\n", "more than was computed"},
		"no end":            {"# EOF\n", "", "or no end"},
		"half a line":       {first, "sales_total\n", "is no sample"},
	} {
		t.Run(name, func(t *testing.T) {
			to := &files{dir: t.TempDir()}
			file, n, err := to.write(t.Context(), s)
			if err != nil || n != 3 {
				t.Fatal(n, err)
			}
			path := filepath.Join(to.dir, file)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), c.old) {
				t.Fatalf("%q is not in\n%s", c.old, text)
			}
			if err := os.WriteFile(path, []byte(strings.Replace(string(text), c.old, c.new, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			if err = verify(path, s); (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v; want %q", err, c.says)
			}
		})
	}
}
