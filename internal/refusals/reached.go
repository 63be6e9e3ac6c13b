// SPDX-License-Identifier: Apache-2.0

package refusals

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Loader is code that refuses input, and the tests that hold it to its exact messages.
type Loader struct {
	Tests   []string // names of tests of the package in the current folder
	Folders []string // of the code, from the current folder
	Without []string // names of files in which nothing is refused
	// Excused are texts that these tests need not reach, "FILE.go: TEXT", with the reason. One that they do reach must not be among them.
	Excused map[string]string
}

// covered matches a line of a coverage profile: a block of statements, and how often it ran.
var covered = regexp.MustCompile(`^\S*/([^/]+/[^/]+\.go):(\d+)\.(\d+),(\d+)\.(\d+) \d+ (\d+)$`)

// block is a piece of code without branches.
type block struct {
	from, to place
	ran      bool
}

type place struct{ line, column int }

func (p place) before(q place) bool {
	return p.line < q.line || p.line == q.line && p.column < q.column
}

// Reached runs the tests with coverage. It fails t for each text of the loader that no test makes it say: a string of two words or more
// within a function.
func (l Loader) Reached(t *testing.T) {
	t.Helper()
	blocks := l.blocks(t)
	excused := make(map[string]bool)
	said := 0
	for _, folder := range l.Folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no Go in %s: %v", folder, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || slices.Contains(l.Without, filepath.Base(file)) {
				continue
			}
			for _, s := range texts(t, file) {
				said++
				where := fmt.Sprintf("%s:%d", file, s.at.line)
				switch reached := ran(blocks[key(t, file)], s.at); {
				case l.Excused[filepath.Base(file)+": "+s.text] != "":
					excused[filepath.Base(file)+": "+s.text] = true
					if reached {
						t.Errorf("%s: %q is said by a test: take it off the list of what is excused", where, s.text)
					}
				case !reached:
					t.Errorf("%s: no test with the exact message makes the loader say %q", where, s.text)
				}
			}
		}
	}
	for text := range l.Excused {
		if !excused[text] {
			t.Errorf("%q is excused, and nowhere in the code", text)
		}
	}
	if said < 50 {
		t.Errorf("only %d texts were found", said)
	}
}

// blocks runs the tests, and returns the blocks of each file by its folder's name and its own.
func (l Loader) blocks(t *testing.T) map[string][]block {
	t.Helper()
	profile := filepath.Join(t.TempDir(), "profile")
	out, err := exec.Command("go", "test", "-count=1", "-run", "^("+strings.Join(l.Tests, "|")+")$",
		"-coverpkg="+strings.Join(l.Folders, ","), "-coverprofile="+profile, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(profile)
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string][]block)
	for line := range strings.Lines(string(data)) {
		m := covered.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue // the mode
		}
		var n [5]int
		for i := range n {
			if n[i], err = strconv.Atoi(m[i+2]); err != nil {
				t.Fatal(err)
			}
		}
		all[m[1]] = append(all[m[1]], block{place{n[0], n[1]}, place{n[2], n[3]}, n[4] > 0})
	}
	return all
}

// key returns what blocks knows a file by.
func key(t *testing.T, file string) string {
	t.Helper()
	whole, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Base(filepath.Dir(whole)) + "/" + filepath.Base(whole)
}

// ran reports whether the innermost block around a place ran.
func ran(blocks []block, at place) bool {
	var inner *block
	for i := range blocks {
		b := &blocks[i]
		if !at.before(b.from) && at.before(b.to) && (inner == nil || inner.from.before(b.from)) {
			inner = b
		}
	}
	return inner != nil && inner.ran
}

// text is a string in the code.
type text struct {
	text string
	at   place
}

// texts returns the strings of two words or more within the functions of a file.
func texts(t *testing.T, file string) []text {
	t.Helper()
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []text
	for _, d := range parsed.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		var visit func(n ast.Node) bool
		visit = func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GenDecl: // a constant has no block: where it is used, another text mostly is
				return false
			case *ast.CaseClause: // its expressions belong to no block
				for _, s := range n.Body {
					ast.Inspect(s, visit)
				}
				return false
			}
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			s, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			if len(strings.Fields(s)) > 1 {
				p := set.Position(literal.Pos())
				all = append(all, text{s, place{p.Line, p.Column}})
			}
			return true
		}
		ast.Inspect(f, visit)
	}
	return all
}
