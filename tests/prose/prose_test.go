// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// alert is what Vale reports about one place of a file.
type alert struct {
	Check, Message, Match string
	Line                  int
	Span                  [2]int
}

// vale returns the alerts about files, by file.
func vale(t *testing.T, files ...string) map[string][]alert {
	t.Helper()
	var stderr strings.Builder
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"tool", "vale", "--config", "vale.ini", "--output", "JSON", "--no-global"}, files...)...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) { // 1: there are alerts
		t.Fatalf("vale: %v\n%s%s", err, out, stderr.String())
	}
	found := make(map[string][]alert)
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatalf("vale: %v\n%s%s", err, out, stderr.String())
	}
	return found
}

// hold fails for each alert. files has the file of each name.
func hold(t *testing.T, files map[string]string) {
	t.Helper()
	found := vale(t, slices.Collect(maps.Values(files))...)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		for _, a := range found[files[name]] {
			t.Errorf("%s:%d:%d: %s (%s)%s", name, a.Line, a.Span[0], a.Message, a.Check, quoted(t, name, files[name], a.Line))
		}
	}
}

// quoted returns the line of a file that was made, where its number helps nobody.
func quoted(t *testing.T, name, file string, line int) string {
	t.Helper()
	if strings.HasSuffix(name, ".md") {
		return ""
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	heading := ""
	for _, l := range lines[:line] {
		if strings.HasPrefix(l, "## ") {
			heading = strings.TrimPrefix(l, "## ")
		}
	}
	return fmt.Sprintf("\n\t%s: %s", heading, lines[line-1])
}

func TestPages(t *testing.T) {
	files := make(map[string]string)
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/design/*.md", "grafana/*.md"} {
		pages, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pages {
			name, err := filepath.Rel(root, p)
			if err != nil {
				t.Fatal(err)
			}
			files[filepath.ToSlash(name)] = p
		}
	}
	if len(files) < 50 {
		t.Fatalf("only %d pages: they were not found", len(files))
	}
	hold(t, files)
}

func TestDocComments(t *testing.T) {
	dirs, err := packages(root)
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	made := t.TempDir()
	for _, dir := range dirs {
		text, err := docComments(filepath.Join(root, dir), !strings.Contains(dir+"/", "internal/"))
		if err != nil {
			t.Fatal(err)
		}
		if text == "" {
			continue
		}
		files[dir] = filepath.Join(made, strings.ReplaceAll(dir, "/", "_")+".md")
		if err := os.WriteFile(files[dir], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if len(files) < 50 {
		t.Fatalf("only %d packages: they were not found", len(files))
	}
	hold(t, files)
}

// TestPlantedFaults holds the rules to a page of faults: each line that follows a comment with a rule's name has to break
// this rule, and no other line may break one.
func TestPlantedFaults(t *testing.T) {
	const file = "testdata/faults.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for i, line := range strings.Split(string(text), "\n") {
		if rule, ok := strings.CutPrefix(line, "<!-- "); ok {
			want = append(want, fmt.Sprintf("%d PlainEnglish.%s", i+2, strings.TrimSuffix(rule, " -->")))
		}
	}
	var got []string
	for _, a := range vale(t, file)[file] {
		got = append(got, fmt.Sprintf("%d %s", a.Line, a.Check))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("Vale found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	rules, err := filepath.Glob("styles/PlainEnglish/*.yml")
	if err != nil || len(rules) == 0 {
		t.Fatalf("%d rules, %v", len(rules), err)
	}
	for _, r := range rules {
		name := strings.TrimSuffix(filepath.Base(r), ".yml")
		if !slices.ContainsFunc(want, func(w string) bool { return strings.HasSuffix(w, "."+name) }) {
			t.Errorf("%s has no fault for the rule %s", file, name)
		}
	}
}

// TestDocCommentsOfAPackage: what the rules read of a package with a comment in each place.
func TestDocCommentsOfAPackage(t *testing.T) {
	text, err := docComments("testdata/commented", true)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"package commented", "Constant", "Variable", "Function", "Type", "Type.Field", "Type.Method", "New", "Interface", "Interface.Do",
	} {
		if !strings.Contains(text, "## `"+want+"`\n\n"+strings.TrimPrefix(want, "package ")+" ") && !strings.Contains(text, "## `"+want+"`\n\nPackage ") {
			t.Errorf("no comment of %s in\n%s", want, text)
		}
	}
	if strings.Contains(text, "hidden") {
		t.Errorf("comments that no user sees, in\n%s", text)
	}
	if text, err = docComments("testdata/commented", false); err != nil || strings.Count(text, "## ") != 1 {
		t.Errorf("%v; want the package comment alone:\n%s", err, text)
	}
}
