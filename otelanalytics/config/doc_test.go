// SPDX-License-Identifier: Apache-2.0

package config

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// TestDocumentation keeps the table of docs/configuration.md equal to the table of the code. To write the
// rows anew: go test -run TestDocumentation -print-settings ./otelanalytics/config
func TestDocumentation(t *testing.T) {
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(page), "## All settings\n\n| file | variable | code | default | meaning |\n|---|---|---|---|---|\n")
	if !ok {
		t.Fatal("the table of all settings is not there")
	}
	table, _, _ := strings.Cut(rest, "\n\n")
	want := []string{"| | `OTELANALYTICS_CONFIG_FILE` | `config.Load` | | the file to read when the program names none |"}
	for _, s := range settings() {
		standard := ""
		if s.standard != "" {
			standard = "`" + s.standard + "` "
		}
		want = append(want, "| `"+s.key+"` | `"+s.variable+"` | "+s.code+" | "+standard+"| "+s.meaning+" |")
	}
	if *printSettings {
		t.Log("\n" + strings.Join(want, "\n"))
	}
	got := strings.Split(table, "\n")
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Errorf("missing: %s", want[i])
		case i >= len(want):
			t.Errorf("not in the code: %s", got[i])
		case got[i] != want[i]:
			t.Errorf("got  %s\nwant %s", got[i], want[i])
		}
	}
}

// TestVariables: a variable has the name of its key, but for those that are shorter by design.
func TestVariables(t *testing.T) {
	shorter := map[string]string{"metrics.modules_disabled": "modules_disabled", "metrics.events_disabled": "events_disabled"}
	for _, s := range settings() {
		name := s.key
		if other, ok := shorter[s.key]; ok {
			name = other
		}
		if want := variablePrefix + strings.ToUpper(strings.ReplaceAll(name, ".", "_")); s.variable != want {
			t.Errorf("%s: %s, want %s", s.key, s.variable, want)
		}
	}
	if fields := reflect.TypeFor[Config]().NumField(); fields != len(settings()) {
		t.Errorf("Config has %d fields and the table %d settings", fields, len(settings()))
	}
	for _, s := range settings() {
		if s.standard == "" {
			continue
		}
		if err := s.value.set(new(Config), s.standard); err != nil {
			t.Errorf("the default of %s: %v", s.key, err)
		}
	}
}

// TestDocumentationOfCode: every option that exists is on the page.
func TestDocumentationOfCode(t *testing.T) {
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	option := regexp.MustCompile(`(?m)^func (With\w+)\(.*\) (?:\w*Option) \{`)
	for _, directory := range []string{"..", "../../exporterprom"} {
		found := 0
		entries, err := os.ReadDir(directory)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
				continue
			}
			source, err := os.ReadFile(directory + "/" + e.Name())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range option.FindAllStringSubmatch(string(source), -1) {
				found++
				if !strings.Contains(string(page), "`"+m[1]+"`") {
					t.Errorf("%s of %s is not on the page", m[1], directory)
				}
			}
		}
		if found == 0 {
			t.Errorf("no options found in %s", directory)
		}
	}
}
