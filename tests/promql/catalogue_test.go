// SPDX-License-Identifier: Apache-2.0

package promql

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

var (
	promQL  = regexp.MustCompile("(?s)```promql\n(.*?)```")
	queries = regexp.MustCompile(`(?m)^# .*\n(.+)$`)
)

// TestQueriesOfPagesParse reads the PromQL of the pages that the command catalogue makes of real maps, and of one with
// every instrument.
func TestQueriesOfPagesParse(t *testing.T) {
	pages, err := filepath.Glob("../../examples/*/EVENTS.md")
	if err != nil || len(pages) < 2 {
		t.Fatalf("%v, %v", pages, err)
	}
	p := parser.NewParser(parser.Options{})
	for _, page := range append(pages, "../../cmd/otelanalytics/internal/catalogue/testdata/events.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		read := 0
		for _, block := range promQL.FindAllStringSubmatch(string(text), -1) {
			for _, q := range queries.FindAllStringSubmatch(block[1], -1) {
				read++
				if _, err := p.ParseExpr(q[1]); err != nil {
					t.Errorf("%s: %v\n%s", page, err, q[1])
				}
			}
		}
		if read < 5 {
			t.Errorf("%s: only %d queries were found", page, read)
		}
	}
}
