// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

const (
	prometheusDir = "../../grafana/prometheus"
	cardgameRules = prometheusDir + "/rules/cardgame.yml"
	cardgameTests = prometheusDir + "/tests/cardgame_test.yml"
	weekTests     = "testdata/week_test.yml"
)

// TestCardGameRules has promtool read the configuration that grafana/compose.yaml starts Prometheus with, its rules, and
// run the tests of these.
func TestCardGameRules(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"check", "config", "--lint=all", "--lint-fatal", prometheusDir + "/prometheus.yml"},
		{"check", "rules", "--lint=all", "--lint-fatal", cardgameRules},
		{"test", "rules", cardgameTests},
		{"test", "rules", weekTests},
	} {
		if err := servers.Promtool(t, args...); err != nil {
			t.Error(err)
		}
	}
}

// TestRulesOfAnyMap makes rules of other maps, with every flag, and runs their tests.
func TestRulesOfAnyMap(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "otelanalytics")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = "../../cmd/otelanalytics"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "events.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	every, one := write(everyMap), write(oneMap)
	for _, test := range []struct {
		name, events string
		args         []string
	}{
		{"no flags", every, nil},
		{"all flags", every, []string{
			"--selector", `job=~"shop-(eu|us)", cluster!="", stage="prod", team=~"a.*", team!~"ab?"`, "--namespace", "acme",
			"--quiet", "45m", "--error-ratio", "0.9", "--pending-age", "26h3m", "--journal-max-bytes", "5GiB", "--runbooks", "https://example.com/runbooks",
		}},
		{"short", every, []string{"--selector", `stage="prod"`, "--quiet", "10m", "--error-ratio", "0.001", "--pending-age", "1m", "--journal-max-bytes", "67108865"}},
		{"long", every, []string{"--quiet", "6h", "--error-ratio", "0.99"}},
		{"one event", one, []string{"--namespace", "_a"}},
		{"patterns", "../../examples/webhooks/events.yaml", []string{"--selector", `job="webhooks"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			rules, tests := filepath.Join(dir, "a", "rules.yml"), filepath.Join(dir, "b", "c", "test.yml")
			args := append([]string{"generate", "rules", "--out", rules, "--tests", tests}, test.args...)
			if out, err := exec.Command(program, append(args, test.events)...).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if err := servers.Promtool(t, "check", "rules", "--lint=all", "--lint-fatal", rules); err != nil {
				t.Error(err)
			}
			if err := servers.Promtool(t, "test", "rules", tests); err != nil {
				t.Error(err)
			}
		})
	}
}

// everyMap has every instrument, names that are awkward in Prometheus, and no counter of HTTP requests.
const everyMap = `
version: 1
metrics:
  new.orders: {instrument: counter, attributes: {channel.name: {values: [web, app]}, jobs: {values: [a]}, my.instance: {limit: 3}}}
  order_value: {instrument: histogram, unit: EUR, buckets: [10, 100], attributes: {channel: {values: [web]}}}
  latency: {instrument: histogram}
  basket_size: {instrument: exponential_histogram, unit: "{item}", attributes: {channel: {values: [web]}}}
  stock: {instrument: gauge}
  open: {instrument: up_down_counter}
  off: {instrument: counter, enabled: false}
  rpcs: {instrument: counter, attributes: {status: {limit: 17}}}
events:
  "order.*":
    record:
      - metric: new.orders
      - {metric: order_value, value: value}
      - {metric: basket_size, value: items}
  asked: {store: false, record: [{metric: latency, value: seconds}]}
  rpc: {record: [{metric: rpcs}]}
  a: {}
  b: {}
  c: {}
  d: {}
  e: {}
  f: {}
  g: {}
  h: {}
`

// oneMap has the least that there is.
const oneMap = "version: 1\nevents: {happened: {}}\n"

// TestPrometheusLoadsRules starts a server with the rules, as the end of all checks: they are all well, and alerts that
// are due fire.
func TestPrometheusLoadsRules(t *testing.T) {
	t.Parallel()
	prom := servers.StartPrometheus(t, servers.WithRules(cardgameRules), servers.WithTarget("cardgame", "http://127.0.0.1:1/metrics"))
	prom.Await(t, `count(up{job="cardgame"} == 0)`, 1)
	prom.Await(t, `count(ALERTS{alertname="OtelanalyticsTargetDown", job="cardgame"})`, 1)
	result, err := prom.API().Rules(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	rules := 0
	for _, g := range result.Groups {
		for _, r := range g.Rules {
			rules++
			switch r := r.(type) {
			case promv1.RecordingRule:
				if r.Health == promv1.RuleHealthBad {
					t.Errorf("%s: %s", r.Name, r.LastError)
				}
			case promv1.AlertingRule:
				if r.Health == promv1.RuleHealthBad {
					t.Errorf("%s: %s", r.Name, r.LastError)
				}
			}
		}
	}
	text, err := os.ReadFile(cardgameRules)
	if err != nil {
		t.Fatal(err)
	}
	if want := bytes.Count(text, []byte(" expr: ")); rules != want {
		t.Errorf("Prometheus has %d rules, the file %d", rules, want)
	}
}

// TestPromtoolRefuses: the checks above can fail.
func TestPromtoolRefuses(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(cardgameRules)
	if err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile(prometheusDir + "/prometheus.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, check, text, old, new, says string }{
		{"an expression that does not parse", "rules", string(text), " == 0\n", " === 0\n", "unexpected"},
		{"an unknown field", "rules", string(text), "        for: ", "        fro: ", "fro"},
		{"a template that does not parse", "rules", string(text), "$labels.job }}", "$labels.job }", "template"},
		{"an unknown key of the configuration", "config", string(config), "static_configs", "statik_configs", "statik_configs"},
		{"a rule file that is not there", "config", string(config), "rules/*.yml", "rules/none.yml", "none.yml"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(test.text, test.old) {
				t.Fatalf("the text has no %q", test.old)
			}
			path := filepath.Join(t.TempDir(), "mutant.yml")
			if err := os.WriteFile(path, []byte(strings.ReplaceAll(test.text, test.old, test.new)), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := servers.Promtool(t, "check", test.check, path); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("promtool says %v", err)
			}
		})
	}
	if err := servers.Promtool(t, "test", "rules", "testdata/none_test.yml"); err == nil {
		t.Error(fmt.Errorf("promtool accepts a file of tests that is not there"))
	}
}
