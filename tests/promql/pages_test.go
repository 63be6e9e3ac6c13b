// SPDX-License-Identifier: Apache-2.0

package promql

import (
	"os"
	"regexp"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

// TestQueriesOnPages parses the PromQL of pages that people write.
func TestQueriesOnPages(t *testing.T) {
	text, err := os.ReadFile("../../docs/life-of-a-map.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```promql\n(.*?)^```").FindAllStringSubmatch(string(text), -1)
	for _, b := range blocks {
		if _, err := parser.NewParser(parser.Options{}).ParseExpr(b[1]); err != nil {
			t.Errorf("%s: %v", b[1], err)
		}
	}
	if len(blocks) != 1 {
		t.Errorf("%d blocks", len(blocks))
	}
}
