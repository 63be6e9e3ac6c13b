// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// page matches a page that a comment refers to: docs/metrics.md, or docs/design without the ending.
	page = regexp.MustCompile(`(?:^|[\s("])((?:[\w-]+/)*[\w-]+\.md|docs/[\w/-]+)`)
	// design matches a reference to a page by a name in capitals, as pages of a root folder have.
	design = regexp.MustCompile(`\b(DESIGN|DECISIONS|ARCHITECTURE|GUARANTEES|STYLE)\b`)
)

// TestCommentsReferToPagesThatExist looks for the pages that comments of Go files name, in every module: below the root,
// beside the file, or in docs.
func TestCommentsReferToPagesThatExist(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	followed := 0
	for file, tree := range sources(t, root) {
		for _, group := range tree.Comments {
			text := group.Text()
			for _, m := range page.FindAllStringSubmatch(text, -1) {
				followed++
				if !slices.ContainsFunc([]string{root, filepath.Dir(file), filepath.Join(root, "docs")}, func(dir string) bool {
					return exists(filepath.Join(dir, m[1])) || exists(filepath.Join(dir, m[1]+".md"))
				}) {
					t.Errorf("%s: a comment refers to %s, which does not exist", file, m[1])
				}
			}
			if m := design.FindString(text); m != "" && !exists(filepath.Join(root, m+".md")) {
				t.Errorf("%s: a comment refers to %s, which is no page of this repository", file, m)
			}
		}
	}
	if followed < 10 {
		t.Errorf("only %d references followed: the comments were not found", followed)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// sources parses the Go files of all modules.
func sources(t *testing.T, root string) map[string]*ast.File {
	t.Helper()
	all := make(map[string]*ast.File)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go"):
			return nil
		}
		tree, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		all[path] = tree
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// lowered matches the name of a function that is not exported, as the first word of its comment.
var lowered = regexp.MustCompile(`^[a-z]\w*$`)

// TestCommentsNameTheirFunctions finds comments that begin with the name that a function had before.
func TestCommentsNameTheirFunctions(t *testing.T) {
	looked := 0
	for file, tree := range sources(t, "../..") {
		for _, d := range tree.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Doc == nil {
				continue
			}
			looked++
			if first, _, _ := strings.Cut(f.Doc.Text(), " "); lowered.MatchString(first) && first != f.Name.Name {
				t.Errorf("%s: the comment of %s is about %s", file, f.Name.Name, first)
			}
		}
	}
	if looked < 500 {
		t.Errorf("only %d comments were looked at: the sources were not found", looked)
	}
}
