// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"go/ast"
	"path/filepath"
	"strings"
	"testing"
)

// commented has the files of a package that are not tests, and those of them that have a package comment.
type commented struct {
	files, with []string
	generated   int // number of files that are generated
}

// place returns the file in which the comment of a package must stand.
func (c *commented) place(dir string) string {
	inside := strings.Contains("/"+dir+"/", "/internal/") || strings.HasPrefix(dir, "tests/")
	if inside && len(c.files) == 1 && c.generated == 0 {
		return c.files[0]
	}
	return "doc.go"
}

// TestPackageComments: each package has one comment. It stands in doc.go, but for an internal package of one file, which
// has it in that file, and for a program. Generated code needs none.
func TestPackageComments(t *testing.T) {
	packages := make(map[string]*commented)
	for file, tree := range sources(t, "../..") {
		dir, name := filepath.ToSlash(filepath.Dir(file)), filepath.Base(file)
		if strings.HasSuffix(name, "_test.go") || tree.Name.Name == "main" {
			continue
		}
		dir = strings.TrimPrefix(dir, "../../")
		p := packages[dir]
		if p == nil {
			p = new(commented)
			packages[dir] = p
		}
		p.files = append(p.files, name)
		if ast.IsGenerated(tree) {
			p.generated++
		}
		if tree.Doc != nil {
			p.with = append(p.with, name)
		}
	}
	if len(packages) < 50 {
		t.Fatalf("%d packages", len(packages))
	}
	for dir, p := range packages {
		if p.generated == len(p.files) {
			continue
		}
		if want := p.place(dir); len(p.with) != 1 || p.with[0] != want {
			t.Errorf("%s: the package comment is in %q; it must be in %s alone", dir, p.with, want)
		}
	}
}
