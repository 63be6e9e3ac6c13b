// SPDX-License-Identifier: Apache-2.0

package config

import (
	"os"
	"reflect"
	"regexp"
	"slices"
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
		variable := ""
		if s.variable != "" {
			variable = "`" + s.variable + "` "
		}
		want = append(want, "| `"+s.key+"` | "+variable+"| "+s.code+" | "+standard+"| "+s.meaning+" |")
	}
	if *printSettings {
		t.Log("\n" + strings.Join(want, "\n"))
	}
	compareRows(t, strings.Split(table, "\n"), want)
}

// TestDocumentationOfSources does the same for the tables of docs/ingest.md and docs/collect.md.
func TestDocumentationOfSources(t *testing.T) {
	for _, tt := range []struct {
		page, header string
		rows         []setting
		columns      func(s setting, standard string) string
	}{
		{"ingest.md", "| key | field | default | meaning |\n|---|---|---|---|\n", sourceSettings(""), func(s setting, standard string) string {
			return "| `" + s.key[1:] + "` | " + s.code + " | " + standard + "| " + s.meaning + " |"
		}},
		{"collect.md", "| file | variable | default | meaning |\n|---|---|---|---|\n", collectorSettings(), func(s setting, standard string) string {
			return "| `" + s.key + "` | `" + s.variable + "` | " + standard + "| " + s.meaning + " |"
		}},
	} {
		t.Run(tt.page, func(t *testing.T) {
			page, err := os.ReadFile("../../docs/" + tt.page)
			if err != nil {
				t.Fatal(err)
			}
			_, rest, ok := strings.Cut(string(page), tt.header)
			if !ok {
				t.Fatal("the table is not there")
			}
			table, _, _ := strings.Cut(rest, "\n\n")
			var want []string
			for _, s := range tt.rows {
				standard := ""
				if s.standard != "" {
					standard = "`" + s.standard + "` "
				}
				want = append(want, tt.columns(s, standard))
			}
			if *printSettings {
				t.Log("\n" + strings.Join(want, "\n"))
			}
			compareRows(t, strings.Split(table, "\n"), want)
		})
	}
}

func compareRows(t *testing.T, got, want []string) {
	t.Helper()
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
	table := slices.Concat(settings(), collectorSettings())
	for _, s := range table {
		name := s.key
		if name == "ingest.sources" {
			continue // no variable holds a list of mappings
		}
		if other, ok := shorter[s.key]; ok {
			name = other
		}
		if want := variablePrefix + strings.ToUpper(strings.ReplaceAll(name, ".", "_")); s.variable != want {
			t.Errorf("%s: %s, want %s", s.key, s.variable, want)
		}
	}
	fields := reflect.TypeFor[Config]().NumField() - 2 // Ingest and Collector have their own
	if fields += reflect.TypeFor[Ingest]().NumField() + reflect.TypeFor[Collector]().NumField(); fields != len(table) {
		t.Errorf("Config has %d fields and the table %d settings", fields, len(table))
	}
	if fields := reflect.TypeFor[IngestSource]().NumField(); fields != len(sourceSettings("")) {
		t.Errorf("IngestSource has %d fields and the table %d keys", fields, len(sourceSettings("")))
	}
	for _, s := range table {
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
