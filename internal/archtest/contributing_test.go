// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// contributing returns a section of CONTRIBUTING.md.
func contributing(t *testing.T, heading string) string {
	t.Helper()
	page, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(page), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("CONTRIBUTING.md has no section %q", heading)
	}
	section, _, _ := strings.Cut(rest, "\n## ")
	return section
}

var folder = regexp.MustCompile(`(?m)^    ([a-z/]+)/ +\S`)

// TestTreeOfTheRepository: the tree of CONTRIBUTING.md names folders that exist, once each, and every package of the root
// module.
func TestTreeOfTheRepository(t *testing.T) {
	var listed []string
	for _, m := range folder.FindAllStringSubmatch(contributing(t, "Where things are"), -1) {
		if slices.Contains(listed, m[1]) {
			t.Errorf("the tree of CONTRIBUTING.md names %s twice", m[1])
		}
		listed = append(listed, m[1])
		if info, err := os.Stat(filepath.Join("../..", m[1])); err != nil || !info.IsDir() {
			t.Errorf("the tree of CONTRIBUTING.md names %s, and there is no such folder", m[1])
		}
	}
	want := []string{"cmd/otelanalytics", "docs", "examples", "findings", "grafana"}
	for name := range mayImport {
		want = append(want, name)
	}
	for _, l := range libraries {
		want = append(want, l.dir)
	}
	modules, err := filepath.Glob("../../tests/*/go.mod")
	if err != nil || len(modules) == 0 {
		t.Fatalf("%d modules of tests, %v", len(modules), err)
	}
	for _, m := range modules {
		want = append(want, "tests/"+filepath.Base(filepath.Dir(m)))
	}
	for _, name := range want {
		if !slices.Contains(listed, name) {
			t.Errorf("the tree of CONTRIBUTING.md lacks a line for %s/", name)
		}
	}
}

// TestImportDiagram: each arrow of the diagram of CONTRIBUTING.md is an import that the table of [TestImportDirection]
// allows, and every package that users import is in the diagram.
func TestImportDiagram(t *testing.T) {
	drawn := make(map[string]bool)
	for line := range strings.Lines(contributing(t, "Where things are")) {
		if !strings.HasPrefix(line, "    ") || !strings.Contains(line, "←") {
			continue
		}
		var left []string
		for group := range strings.SplitSeq(line, "←") {
			right := strings.Split(strings.ReplaceAll(group, " ", ""), ",")
			for i, name := range right {
				right[i] = strings.TrimSpace(name)
				drawn[right[i]] = true
				allowed, ok := mayImport[right[i]]
				if !ok {
					t.Errorf("there is no package %q", right[i])
				}
				for _, imported := range left {
					if !slices.Contains(allowed, imported) {
						t.Errorf("%s may not import %s: the arrow is wrong", right[i], imported)
					}
				}
			}
			left = right
		}
	}
	for name := range mayImport {
		if !drawn[name] && !strings.Contains("/"+name, "/internal/") {
			t.Errorf("%s is not in the diagram of CONTRIBUTING.md", name)
		}
	}
}

var code = regexp.MustCompile("`([^`]+)`")

// TestRowsNameFiles looks for the files and folders that the table of CONTRIBUTING.md says to touch.
func TestRowsNameFiles(t *testing.T) {
	rows, found := 0, 0
	for line := range strings.Lines(contributing(t, "To add something")) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 || strings.HasPrefix(line, "|-") || strings.HasPrefix(line, "| to add") {
			continue
		}
		rows++
		for _, m := range code.FindAllStringSubmatch(cells[2], -1) {
			if !strings.Contains(m[1], "/") && !strings.HasSuffix(m[1], ".md") {
				continue // a name in code
			}
			found++
			if _, err := os.Stat(filepath.Join("../..", m[1])); err != nil {
				t.Errorf("to add%s: there is no %s", strings.TrimSuffix(cells[1], " "), m[1])
			}
		}
	}
	if rows < 10 || found < 20 {
		t.Errorf("only %d rows with %d files: the table was not understood", rows, found)
	}
}
