// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

type (
	ruleFile struct {
		Groups []ruleGroup `yaml:"groups"`
	}
	ruleGroup struct {
		Name  string `yaml:"name"`
		Rules []rule `yaml:"rules"`
	}
	rule struct {
		Record      string            `yaml:"record,omitempty"`
		Alert       string            `yaml:"alert,omitempty"`
		Expr        string            `yaml:"expr"`
		For         string            `yaml:"for,omitempty"`
		Labels      map[string]string `yaml:"labels,omitempty"`
		Annotations map[string]string `yaml:"annotations,omitempty"`
	}
	testFile struct {
		RuleFiles []string         `yaml:"rule_files"`
		Interval  string           `yaml:"evaluation_interval"`
		Order     []string         `yaml:"group_eval_order"`
		Tests     []map[string]any `yaml:"tests"`
	}
)

func (r rule) name() string { return r.Alert + r.Record }

// mutation is a way to get a rule wrong: what the expression matches becomes what with makes of it, one place at a time.
type mutation struct {
	what    string
	matches *regexp.Regexp
	with    func(string) string
}

func into(text string) func(string) string { return func(string) string { return text } }

func times(factor float64) func(string) string {
	return func(number string) string {
		n, err := strconv.ParseFloat(number, 64)
		if err != nil {
			panic(err)
		}
		return strconv.FormatFloat(n*factor, 'f', -1, 64)
	}
}

var mutations = []mutation{
	{"and", regexp.MustCompile(`\band\b`), into("unless")},
	{"unless", regexp.MustCompile(`\bunless\b`), into("and")},
	{"or", regexp.MustCompile(`\bor\b`), into("and")},
	{"greater", regexp.MustCompile(`> (?:bool )?`), into("< ")},
	{"equal", regexp.MustCompile(`==`), into("!=")},
	{"matches", regexp.MustCompile(`=~`), into("!~")},
	{"differs", regexp.MustCompile(`!=`), into("=")},
	{"sum", regexp.MustCompile(`\bsum by\b`), into("max by")},
	{"max", regexp.MustCompile(`\bmax by\b`), into("min by")},
	{"label kept", regexp.MustCompile(`, \w+\) \(`), into(") (")},
	{"times", regexp.MustCompile(` \* 0\)`), into(" * 1)")},
	{"threshold, higher", regexp.MustCompile(`\b(?:0\.05|18|600|300|1073741824|0\.95)\b`), times(1.3)},
	{"threshold, lower", regexp.MustCompile(`\b(?:0\.05|18|600|300|1073741824|0\.95)\b`), times(0.7)},
	{"window", regexp.MustCompile(`\[(?:15m|30m|1h|1d)`), into("[2m")},
	{"offset", regexp.MustCompile(` offset \w+`), into("")},
	{"condition left out", regexp.MustCompile(`, \w+=~"[^"]*"`), into("")},
}

// survivors are mutants that are no mistakes, and why.
var survivors = map[string]string{
	"OtelanalyticsEventsLost: sum 1":                    "there is one series an instance",
	"OtelanalyticsHookPanics: sum 1":                    "there is one series an instance",
	"OtelanalyticsJournalRefuses: condition left out 3": "the other side of unless has it",
	"OtelanalyticsJournalRefuses: condition left out 4": "the other side of == has it",
	"OtelanalyticsMongoDBAway: sum 1":                   "a sum of rates is above 0 when the largest is",
	"OtelanalyticsMongoDBAway: sum 2":                   "a sum of rates is 0 when the largest is",
	"OtelanalyticsQuarantineUnwritable: sum 1":          "there is one series an instance",
	"OtelanalyticsStoreErrors: sum 1":                   "a sum of rates is above 0 when the largest is",
	"OtelanalyticsUniquesDamaged: sum 1":                "there is one series an instance",
	"OtelanalyticsUniquesUncovered: sum 1":              "there is one series an instance",
	"job:app_requests:failed_ratio_rate5m: sum 2":       "it is multiplied by 0",
}

// mutants returns every rule that differs from one in one place.
func mutants(r rule) map[string]rule {
	all := make(map[string]rule)
	for _, m := range mutations {
		for i, at := range m.matches.FindAllStringIndex(r.Expr, -1) {
			one := r
			one.Expr = r.Expr[:at[0]] + m.with(r.Expr[at[0]:at[1]]) + r.Expr[at[1]:]
			all[fmt.Sprintf("%s: %s %d", r.name(), m.what, i+1)] = one
		}
	}
	add := func(what string, change func(*rule)) {
		one := r
		one.Labels, one.Annotations = map[string]string{}, map[string]string{}
		for k, v := range r.Labels {
			one.Labels[k] = v
		}
		for k, v := range r.Annotations {
			one.Annotations[k] = v
		}
		change(&one)
		all[r.name()+": "+what] = one
	}
	add("never", func(r *rule) { r.Expr = "(" + r.Expr + ") unless (" + r.Expr + ")" })
	if r.Alert == "" {
		return all
	}
	add("fires at once", func(r *rule) { r.For = "" })
	add("fires late", func(r *rule) { r.For = "2h" })
	add("severity", func(r *rule) { r.Labels["severity"] = "info" })
	for name := range r.Annotations {
		add(name, func(r *rule) { r.Annotations[name] += "." })
	}
	return all
}

// TestMutantsOfRules breaks each rule in each place, and has its own tests notice.
func TestMutantsOfRules(t *testing.T) {
	t.Parallel()
	var file ruleFile
	var tests testFile
	read(t, cardgameRules, &file)
	read(t, cardgameTests, &tests)
	var all []rule
	for _, g := range file.Groups {
		all = append(all, g.Rules...)
	}
	count := 0
	seen := make(map[string]bool)
	for _, r := range all {
		own := testFile{RuleFiles: []string{"rules.yml"}, Interval: tests.Interval, Order: []string{"needed", "mutant"}}
		for _, one := range tests.Tests {
			if strings.HasPrefix(one["name"].(string), r.name()+" ") {
				own.Tests = append(own.Tests, one)
			}
		}
		if len(own.Tests) == 0 {
			t.Errorf("%s has no tests", r.name())
			continue
		}
		var needed []rule
		for _, other := range all {
			if other.Record != "" && other.Record != r.Record && strings.Contains(r.Expr, other.Record) {
				needed = append(needed, other)
			}
		}
		if err := run(t, own, needed, r); err != nil {
			t.Errorf("%s alone: %v", r.name(), err)
		}
		if looksLike := shape(r); seen[looksLike] {
			continue
		} else {
			seen[looksLike] = true
		}
		for name, mutant := range mutants(r) {
			count++
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				err := run(t, own, needed, mutant)
				switch _, may := survivors[name]; {
				case err == nil && !may:
					t.Errorf("no test notices\n%s", mutant.Expr)
				case err != nil && may:
					t.Error("a test does notice: it is no survivor")
				case err != nil && !strings.Contains(err.Error(), "exp:"):
					t.Errorf("not noticed by a test, but: %v", err)
				}
			})
		}
	}
	t.Logf("%d mutants of %d rules", count, len(all))
}

// mapped finds what rules about metrics of the map have of their own.
var mapped = regexp.MustCompile(`by \([\w, ]*\)|\w+_total\b|\w+_(?:sum|count|bucket)\b`)

// shape is the same for rules about metrics of the map that differ in names alone.
func shape(r rule) string {
	if r.Alert != "" || strings.Contains(r.Record, "otelanalytics_") {
		return r.name()
	}
	return mapped.ReplaceAllString(r.Expr, "")
}

// run runs tests of a rule and of those that it needs.
func run(t *testing.T, tests testFile, needed []rule, r rule) error {
	t.Helper()
	dir := t.TempDir()
	file := ruleFile{Groups: []ruleGroup{{"mutant", []rule{r}}}}
	if len(needed) > 0 {
		file.Groups = append(file.Groups, ruleGroup{"needed", needed})
	} else {
		tests.Order = tests.Order[1:]
	}
	content := map[string]any{"rules.yml": file, "test.yml": tests}
	if r.Alert == "OtelanalyticsEventStopped" {
		var week testFile
		read(t, weekTests, &week)
		week.RuleFiles, week.Order = tests.RuleFiles, tests.Order
		content["week.yml"] = week
	}
	for name, content := range content {
		text, err := yaml.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := servers.Promtool(t, "test", "rules", filepath.Join(dir, "test.yml")); err != nil || content["week.yml"] == nil {
		return err
	}
	return servers.Promtool(t, "test", "rules", filepath.Join(dir, "week.yml")) // which takes long
}

func read(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
