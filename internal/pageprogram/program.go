// SPDX-License-Identifier: Apache-2.0

// Package pageprogram builds the programs that pages of the manual show; for tests.
package pageprogram

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Pages are the pages with a complete program that serves HTTP and a page of metrics.
var Pages = []string{"docs/getting-started.md"}

// Others are the pages with a complete program of another shape, each of which has a test of its own here.
var Others = []string{"docs/serverless.md", "docs/short-lived.md", "docs/workers.md"}

// Program is a program that was built.
type Program struct {
	Root    string // of the repository
	Package string // to be named in Root, with Overlay
	Overlay string // the file to give to go's -overlay
	File    string // the executable
}

// Build builds the first program of a page as if it were a package of this module. Each pair of replace is a text that
// the program must have, and what stands in its place: a port of the test's, for example.
func Build(t testing.TB, page string, replace ...[2]string) Program {
	t.Helper()
	p := Program{Root: root(t), Package: "./internal/page"}
	text := Block(t, page, "go")
	for _, r := range replace {
		if !strings.Contains(text, r[0]) {
			t.Fatalf("the program of %s does not have %s", page, r[0])
		}
		text = strings.ReplaceAll(text, r[0], r[1])
	}
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(p.Root, "internal/page/main.go"): source}})
	if err != nil {
		t.Fatal(err)
	}
	p.Overlay, p.File = filepath.Join(dir, "overlay.json"), filepath.Join(dir, "program")
	for file, content := range map[string][]byte{source: []byte(text), p.Overlay: overlay} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "build", "-overlay", p.Overlay, "-o", p.File, p.Package)
	cmd.Dir = p.Root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return p
}

// Block returns the first block of a language on a page.
func Block(t testing.TB, page, language string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), page))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "```"+language+"\n")
	block, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatalf("%s has no block of %s", page, language)
	}
	return block
}

// root returns the root of the repository, looking upwards from where the test runs: a test that is built with -trimpath does
// not know where its source is.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		text, failed := os.ReadFile(filepath.Join(dir, "go.mod"))
		if failed == nil && strings.HasPrefix(string(text), "module github.com/otelanalytics/otelanalytics-go\n") {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("the test does not run below the root of the repository")
		}
		dir = filepath.Dir(dir)
	}
	t.Fatal(err)
	return ""
}
