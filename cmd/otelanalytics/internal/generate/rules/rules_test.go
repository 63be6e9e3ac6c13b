// SPDX-License-Identifier: Apache-2.0

package rules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/rules"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// What the rules say is held by promtool, in tests/exporters: here is how the command behaves.

const smallMap = "testdata/events.yaml"

func TestRules(t *testing.T) {
	code, out, errs := clitest.Run(t, rules.New(), "--namespace", "acme", "--selector", `stage="prod"`, "--quiet", "3h", "--error-ratio", "0.2",
		"--pending-age", "1h30m", "--journal-max-bytes", "4GiB", "--runbooks", "https://example.com/run", smallMap)
	if code != 0 || errs != "" {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	clitest.Golden(t, "testdata/rules.yml", out)
}

var matchersOf = regexp.MustCompile(`\b(otelanalytics_[a-z_]+)\{([^}]*)\}`)

// TestRulesAskForValuesOfTheTable: a rule about a reason that nothing is counted under would never fire.
func TestRulesAskForValuesOfTheTable(t *testing.T) {
	code, out, errs := clitest.Run(t, rules.New(), smallMap)
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	metrics := make(map[string]*ownmetrics.Metric)
	for _, m := range ownmetrics.All() {
		metrics[m.PrometheusName()] = m
	}
	asked := 0
	for _, found := range matchersOf.FindAllStringSubmatch(out, -1) {
		m, ok := metrics[strings.TrimSuffix(found[1], "_bucket")]
		if !ok {
			t.Errorf("%s is not in the table of own metrics", found[1])
			continue
		}
		for matcher := range strings.SplitSeq(found[2], ", ") {
			name, value, _ := strings.Cut(strings.Replace(matcher, "!~", "=~", 1), "=")
			label, ok := m.Label(strings.TrimSuffix(name, "!"))
			if !ok {
				t.Errorf("%s has no label %s", m.Name, name)
			}
			if label.Values == nil {
				continue
			}
			for one := range strings.SplitSeq(strings.Trim(value, `~"`), "|") {
				if asked++; !slices.Contains(label.Names(), one) {
					t.Errorf("%s: %s is never %q", m.Name, label.Name, one)
				}
			}
		}
	}
	if asked < 6 {
		t.Errorf("only %d values are asked for: the rules were not understood", asked)
	}
}

func TestRulesWithoutSelector(t *testing.T) {
	code, out, errs := clitest.Run(t, rules.New(), smallMap)
	if code != 0 || errs != "" {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	for _, want := range []string{
		"up == 0\n          and on (job, instance)\n          last_over_time(otelanalytics_journal_pending[1d])",
		"group by (job) (last_over_time(otelanalytics_journal_pending[1d]))\n          unless on (job)\n          (up or otelanalytics_journal_pending)",
		"http_server_request_duration_seconds_count{http_response_status_code=~\"5..\"}",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the rules do not have\n%s", want)
		}
	}
}

// TestRequests finds the map's counter of requests, where each is counted once by its status.
func TestRequests(t *testing.T) {
	const otelhttp = "http_server_request_duration_seconds_count"
	for _, test := range []struct{ name, metric, record, want string }{
		{"by status", "attributes: {code: {limit: 9}}", "from: {code: status}", "asked_total{code=~\"5..\"}"},
		{"not by status", "attributes: {method: {limit: 9}}", "", otelhttp},
		{"not once", "attributes: {status: {limit: 9}}", "value: size", otelhttp},
		{"some", "attributes: {status: {limit: 9}}", "when: data.status != 404", otelhttp},
		{"switched off", "enabled: false, attributes: {status: {limit: 9}}", "", otelhttp},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "events.yaml")
			record := strings.TrimSuffix("metric: asked, "+test.record, ", ")
			text := "version: 1\nmetrics: {asked: {instrument: counter, " + test.metric + "}}\nevents: {request: {data: {status: {type: int}, method: {type: string}, size: {type: int}}, record: [{" + record + "}]}}\n"
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			code, out, errs := clitest.Run(t, rules.New(), path)
			if code != 0 || !strings.Contains(out, "rate("+test.want) {
				t.Errorf("exit code %d, no rate of %s\n%s%s", code, test.want, errs, out)
			}
		})
	}
}

// TestCalls: a map with an entry for gRPC has rules of its own for it, beside those for HTTP.
func TestCalls(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.yaml")
	for name, test := range map[string]struct {
		entry string
		want  bool
	}{"gRPC": {"rpc", true}, "something else": {"jobs", false}} {
		t.Run(name, func(t *testing.T) {
			text := "version: 1\nmetrics: {app_rpcs: {instrument: counter, attributes: {status: {limit: 17}}}}\nevents: {" + test.entry + ": {record: [{metric: app_rpcs}]}}\n"
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			code, out, errs := clitest.Run(t, rules.New(), path)
			if code != 0 {
				t.Fatalf("exit code %d\n%s", code, errs)
			}
			for _, part := range []string{
				"alert: OtelanalyticsCallsFail", "job:app_rpcs:failed_ratio_rate5m > 0.05",
				`rate(app_rpcs_total{status=~"DATA_LOSS|DEADLINE_EXCEEDED|INTERNAL|UNAVAILABLE|UNKNOWN"}[5m])`,
			} {
				if strings.Contains(out, part) != test.want {
					t.Errorf("%q is there: %v", part, !test.want)
				}
			}
			if !strings.Contains(out, "alert: OtelanalyticsRequestsFail") {
				t.Error("there is no alert about requests")
			}
		})
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	out, tests := filepath.Join(dir, "rules", "shop.yml"), filepath.Join(dir, "tests", "shop_test.yml")
	for _, test := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"missing", []string{"--check"}, 1, out + ": new\n" + tests + ": new\n"},
		{"written", nil, 0, out + ": new\n" + tests + ": new\n"},
		{"there", []string{"--check"}, 0, out + ": unchanged\n" + tests + ": unchanged\n"},
		{"another age", []string{"--check", "--pending-age", "5m"}, 1, out + ": changed\n" + tests + ": changed\n"},
		{"as JSON", []string{"-o", "json", "--check"}, 0, "{\n  \"files\": [\n    {\n      \"file\": \"" + out + "\",\n      \"status\": \"unchanged\"\n    },\n" +
			"    {\n      \"file\": \"" + tests + "\",\n      \"status\": \"unchanged\"\n    }\n  ]\n}\n"},
	} {
		args := append(test.args, "--out", out, "--tests", tests, smallMap)
		if code, said, errs := clitest.Run(t, rules.New(), args...); code != test.code || said != test.says {
			t.Errorf("%s: exit code %d, %s%s", test.name, code, said, errs)
		}
	}
	text, err := os.ReadFile(tests)
	if err != nil || !strings.Contains(string(text), "rule_files:\n  - ../rules/shop.yml\n") {
		t.Errorf("the tests do not name their rules: %v", err)
	}
}

func TestMistakes(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no label", []string{"--selector", "=x"}, 2, "no label at"},
		{"no operator", []string{"--selector", "job"}, 2, "after the label job"},
		{"no quotes", []string{"--selector", "job=shop"}, 2, "not in double quotes"},
		{"single quotes", []string{"--selector", "job='shop'"}, 2, "not in double quotes"},
		{"no comma", []string{"--selector", `job="a" stage="b"`}, 2, "no comma"},
		{"a regular expression", []string{"--selector", `job=~"("`}, 2, "missing closing )"},
		{"a label of the SDK's", []string{"--selector", `event_type="x"`}, 2, "does not tell services apart"},
		{"an instance", []string{"--selector", `instance="x"`}, 2, "does not tell services apart"},
		{"nothing matches", []string{"--selector", `job="a", job="b"`, "--out", filepath.Join(t.TempDir(), "x.yml"), "--tests", filepath.Join(t.TempDir(), "y.yml")}, 2, "no value of the label job"},
		{"namespace", []string{"--namespace", "a-b"}, 2, "letters, digits and underscores"},
		{"too quiet", []string{"--quiet", "12h"}, 2, "10m to 6h"},
		{"not quiet", []string{"--quiet", "5m"}, 2, "10m to 6h"},
		{"not a part of a day", []string{"--quiet", "50m"}, 2, "a part of a day"},
		{"ratio", []string{"--error-ratio", "5"}, 2, "below 1"},
		{"ratio", []string{"--error-ratio", "NaN"}, 2, "below 1"},
		{"age", []string{"--pending-age", "10s"}, 2, "1m at least"},
		{"size", []string{"--journal-max-bytes", "1GB"}, 2, "such as 1GiB"},
		{"small", []string{"--journal-max-bytes", "1MiB"}, 2, "at least 4MiB"},
		{"page", []string{"--runbooks", "docs/troubleshooting.md"}, 2, "URL"},
		{"tests alone", []string{"--tests", "x.yml"}, 2, "give both a file"},
		{"tests to the output", []string{"--out", filepath.Join(t.TempDir(), "x.yml"), "--tests", "-"}, 2, "give both a file"},
		{"a map with mistakes", []string{"../../validate/testdata/mistakes.yaml"}, 1, "mistakes.yaml:4:17"},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := test.args
			if test.code == 2 {
				args = append(args, smallMap)
			}
			code, out, errs := clitest.Run(t, rules.New(), args...)
			if code != test.code || out != "" || !strings.Contains(errs, test.says) {
				t.Errorf("exit code %d\n%s%s", code, out, errs)
			}
		})
	}
}

var (
	alertLine = regexp.MustCompile(`- alert: (\w+)`)
	runbook   = regexp.MustCompile(`runbook_url: \S+/blob/main/(\S+)#(\S+)`)
	heading   = regexp.MustCompile(`(?m)^### (Otelanalytics\w+)$`)
)

// TestEveryAlertHasASection holds the alerts and the page that they name together.
func TestEveryAlertHasASection(t *testing.T) {
	_, out, _ := clitest.Run(t, rules.New(), smallMap)
	alerts, urls := alertLine.FindAllStringSubmatch(out, -1), runbook.FindAllStringSubmatch(out, -1)
	if len(alerts) < 15 || len(urls) != len(alerts) {
		t.Fatalf("%d alerts, %d of them with a page", len(alerts), len(urls))
	}
	page, err := os.ReadFile("../../../../../" + urls[0][1])
	if err != nil {
		t.Fatal(err)
	}
	sections := make(map[string]string)
	for _, h := range heading.FindAllStringSubmatch(string(page), -1) {
		sections[strings.ToLower(h[1])] = h[1]
	}
	for i, a := range alerts {
		if name := sections[urls[i][2]]; name != a[1] {
			t.Errorf("the section of %s is %q", a[1], name)
		}
		delete(sections, urls[i][2])
	}
	for _, name := range sections {
		t.Errorf("%s has a section and is no alert", name)
	}
}
