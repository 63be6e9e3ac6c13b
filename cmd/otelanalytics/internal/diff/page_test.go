// SPDX-License-Identifier: Apache-2.0

package diff_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/diff"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// lifePage shows changes of a map, and what this command says to each.
const lifePage = "../../../../docs/life-of-a-map.md"

// life matches a block of the page: its name and its text.
var life = regexp.MustCompile("(?ms)^<!-- life: ([^\n]+) -->\n```[a-z]+\n(.*?)^```$")

// patched applies a block of changes: each hunk is found once, whatever is around it.
func patched(t *testing.T, text, changes string) string {
	t.Helper()
	for hunk := range strings.SplitSeq(changes, "@@\n") {
		var from, to strings.Builder
		for line := range strings.Lines(hunk) {
			if line[0] != '+' {
				from.WriteString(line[1:])
			}
			if line[0] != '-' {
				to.WriteString(line[1:])
			}
		}
		if strings.Count(text, from.String()) != 1 {
			t.Fatalf("the page changes what the map does not have once:\n%s", &from)
		}
		text = strings.Replace(text, from.String(), to.String(), 1)
	}
	return text
}

// lifeMaps returns the map of the page, and what each of its changes makes of it.
func lifeMaps(t *testing.T) (released *eventmap.Map, changed map[string]*eventmap.Map) {
	t.Helper()
	page, err := os.ReadFile(lifePage)
	if err != nil {
		t.Fatal(err)
	}
	changed = make(map[string]*eventmap.Map)
	var text string
	for _, block := range life.FindAllStringSubmatch(string(page), -1) {
		switch name := block[1]; name {
		case "map":
			text, released = block[2], parseMap(t, block[2])
		case "says", "reversed":
		default:
			changed[name] = parseMap(t, patched(t, text, block[2]))
		}
	}
	return released, changed
}

func parseMap(t *testing.T, text string) *eventmap.Map {
	t.Helper()
	m, err := eventmap.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%v\nin\n%s", err, text)
	}
	return m
}

// TestLifeOfAMap runs diff for each change of the page, and compares with what the page says.
func TestLifeOfAMap(t *testing.T) {
	data, err := os.ReadFile(lifePage)
	if err != nil {
		t.Fatal(err)
	}
	page, dir := string(data), t.TempDir()
	released, changed := filepath.Join(dir, "released.yaml"), filepath.Join(dir, "events.yaml")
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var text, name string
	shown := 0
	for _, at := range life.FindAllStringSubmatchIndex(page, -1) {
		kind, block := page[at[2]:at[3]], page[at[4]:at[5]]
		args := []string{released, changed}
		switch kind {
		case "map":
			text = block
			write(released, text)
			continue
		case "says":
		case "reversed":
			args = []string{changed, released}
		default:
			name = kind
			write(changed, patched(t, text, block))
			continue
		}
		_, out, errs := clitest.Run(t, diff.New(), append(args, "--fail-on", "none")...)
		if errs != "" {
			t.Errorf("%s: %s", name, errs)
		}
		if d := cmp.Diff(block, out); d != "" && !clitest.Update() {
			t.Errorf("%s (-page +got):\n%s", name, d)
		}
		shown++
		data = []byte(strings.Replace(string(data), page[at[0]:at[1]], strings.Replace(page[at[0]:at[1]], "```text\n"+block, "```text\n"+out, 1), 1))
	}
	if shown < 9 {
		t.Errorf("%d outputs on the page", shown)
	}
	if clitest.Update() {
		write(lifePage, string(data))
	}
}
