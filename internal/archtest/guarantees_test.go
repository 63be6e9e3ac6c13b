// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	namedTests = regexp.MustCompile("`([a-z/]+)` ((?:(?:Test|Benchmark)[A-Za-z0-9]+(?:, )?)+)")
	footnote   = regexp.MustCompile(`\[(\d+)\]`)
)

// TestGuaranteesNameTheirTests looks for each test that the page of guarantees names, in the package that it names,
// and for the line that each number leads to.
func TestGuaranteesNameTheirTests(t *testing.T) {
	text, err := os.ReadFile("../../docs/guarantees.md")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, m := range namedTests.FindAllStringSubmatch(string(text), -1) {
		files, err := filepath.Glob(filepath.Join("../..", m[1], "*_test.go"))
		if err != nil || len(files) == 0 {
			t.Errorf("the package %s has no tests: %v", m[1], err)
		}
		var source strings.Builder
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(b)
		}
		for name := range strings.SplitSeq(m[2], ", ") {
			if name = strings.TrimSpace(name); name == "" {
				continue
			}
			found++
			if !strings.Contains(source.String(), "\nfunc "+name+"(") {
				t.Errorf("%s has no %s", m[1], name)
			}
		}
	}
	if found < 25 {
		t.Errorf("only %d tests are named: the page was not understood", found)
	}
	for _, m := range footnote.FindAllStringSubmatch(string(text), -1) {
		if !strings.Contains(string(text), "\n| "+m[1]+" | ") {
			t.Errorf("the number %s leads nowhere", m[1])
		}
	}
}
