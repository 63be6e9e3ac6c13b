// SPDX-License-Identifier: Apache-2.0

package dashboards_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/dashboards"
)

func TestUsage(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no map", nil, 2, "MAP, the path of an event map, is missing"},
		{"a map with mistakes", []string{"../../validate/testdata/mistakes.yaml"}, 1, "mistakes.yaml:4:17"},
		{"refresh", []string{"--refresh", "soon", testMap}, 2, `--refresh "soon"`},
		{"range", []string{"--range", "now-1h", testMap}, 2, `--range "now-1h"`},
		{"scrape interval", []string{"--scrape-interval", "0s", testMap}, 2, `--scrape-interval "0s"`},
		{"prefix", []string{"--uid-prefix", "a/b", testMap}, 2, `--uid-prefix "a/b"`},
		{"long prefix", []string{"--uid-prefix", "sixteen-letters-", testMap}, 2, "at most 15"},
		{"namespace", []string{"--namespace", "a.b", testMap}, 2, `--namespace "a.b"`},
		{"title", []string{"--title", "orders", testMap}, 2, "GROUP=TITLE"},
		{"title of no group", []string{"--title", "order=Orders", testMap}, 2, `"order", which the maps do not have`},
		{"no URL", []string{"--datasource-url", "prometheus:9090", testMap}, 2, "--datasource-url must begin with"},
		{"password", []string{"--datasource-url", "http://admin:hunter2@prometheus:9090", testMap}, 2, "--datasource-url holds a user or a password"},
		{"unreadable URL", []string{"--trace-url", "http://u:hunter2@x/%zz", testMap}, 2, "--trace-url is not a URL"},
	} {
		out := filepath.Join(t.TempDir(), "out")
		code, said, errs := clitest.Run(t, dashboards.New(), append(test.args, "--out", out)...)
		if code != test.code || !strings.Contains(errs, test.says) || strings.Contains(errs+said, "hunter2") {
			t.Errorf("%s: exit code %d\n%s", test.name, code, errs)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: something was written", test.name)
		}
	}
}

func TestMapsThatDisagree(t *testing.T) {
	other := filepath.Join(t.TempDir(), "other.yaml")
	write(t, other, "version: 1\nmetrics:\n  orders: {instrument: up_down_counter, group: orders}\n  pings: {instrument: counter, unit: s}\n")
	// up_down_counter orders is another name in Prometheus, without _total; and so are pings with a unit.
	if code, _, errs := clitest.Run(t, dashboards.New(), "--out", t.TempDir(), testMap, other); code != 0 {
		t.Errorf("exit code %d\n%s", code, errs)
	}
	write(t, other, "version: 1\nmetrics:\n  orders: {instrument: counter, group: orders}\n")
	if code, _, errs := clitest.Run(t, dashboards.New(), "--out", t.TempDir(), testMap, other); code != 1 || !strings.Contains(errs, "orders_total") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
	if code, _, errs := clitest.Run(t, dashboards.New(), "--out", t.TempDir(), testMap, testMap); code != 0 {
		t.Errorf("exit code %d\n%s", code, errs)
	}
	write(t, other, "version: 1\nevents:\n  e: {group: Events}\n")
	if code, _, errs := clitest.Run(t, dashboards.New(), "--out", t.TempDir(), testMap, other); code != 1 || !strings.Contains(errs, `the groups`) {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}

// TestOthersFilesAreLeftAlone: only what the command made goes, and only with its own prefix.
func TestOthersFilesAreLeftAlone(t *testing.T) {
	out := makeAll(t, testMap)
	in := func(name string) string { return filepath.Join(out, "dashboards", name) }
	run := func(args ...string) (int, string, string) {
		return clitest.Run(t, dashboards.New(), append(args, "--out", out)...)
	}
	orders := read(t, in("otelanalytics-orders.json"))
	write(t, in("mine.json"), `{"uid": "mine", "tags": ["otelanalytics"]}`)
	write(t, in("copy.json"), orders)
	write(t, in("otelanalytics-mine.json"), strings.Replace(orders, `"otelanalytics-orders"`, `"mine-orders"`, 1))
	write(t, in("broken.json"), `{`)
	if code, _, errs := run("--uid-prefix", "otelanalytics-x", testMap); code != 0 {
		t.Fatalf("exit code %d\n%s", code, errs)
	}

	small := filepath.Join(t.TempDir(), "small.yaml")
	write(t, small, "version: 1\nevents:\n  note: {}\n")
	if code, said, errs := run("--check", small); code != 1 || !strings.Contains(said, "otelanalytics-orders.json: removed") || !strings.Contains(errs, "otelanalytics-orders.json") {
		t.Fatalf("exit code %d\n%s%s", code, said, errs)
	}
	if read(t, in("otelanalytics-orders.json")) != orders {
		t.Error("--check changed a file")
	}
	code, said, errs := run("-o", "json", small)
	var result struct {
		Files []struct{ File, Status string }
	}
	if err := json.Unmarshal([]byte(said), &result); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v\n%s%s", code, err, said, errs)
	}
	removed := 0
	for _, f := range result.Files {
		if f.Status == "removed" {
			removed++
		}
	}
	if _, err := os.Stat(in("otelanalytics-orders.json")); !os.IsNotExist(err) || removed != 2 {
		t.Errorf("%d removed, %v\n%s", removed, err, said)
	}
	for _, name := range []string{"mine.json", "copy.json", "otelanalytics-mine.json", "broken.json", "otelanalytics-x-orders.json"} {
		if _, err := os.Stat(in(name)); err != nil {
			t.Error(err)
		}
	}
	if code, _, errs := run("--check", small); code != 0 {
		t.Errorf("exit code %d\n%s", code, errs)
	}

	for _, path := range []string{in("otelanalytics-service.json"), in("otelanalytics.yaml"), filepath.Join(out, "datasources", "prometheus.yaml")} {
		was := read(t, path)
		write(t, path, "apiVersion: 1\n")
		if code, _, errs := run(small); code != 2 || !strings.Contains(errs, path+" was not made by this command") || read(t, path) != "apiVersion: 1\n" {
			t.Errorf("exit code %d\n%s", code, errs)
		}
		write(t, path, was)
	}

	// What a merge left of a dashboard is made again.
	path := in("otelanalytics-service.json")
	was := read(t, path)
	write(t, path, "<<<<<<< HEAD\n"+was)
	if code, _, errs := run("--check", small); code != 1 {
		t.Errorf("exit code %d\n%s", code, errs)
	}
	if code, _, errs := run(small); code != 0 || read(t, path) != was {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}

// Files by which Grafana is provisioned, with the keys of its documentation that are used here.
type (
	providers struct {
		APIVersion int `yaml:"apiVersion"`
		Providers  []struct {
			Name, Folder, Type    string
			AllowUIUpdates        bool `yaml:"allowUiUpdates"`
			UpdateIntervalSeconds int  `yaml:"updateIntervalSeconds"`
			Options               struct{ Path string }
		}
	}
	datasources struct {
		APIVersion  int `yaml:"apiVersion"`
		Datasources []struct {
			Name, UID, Type, Access, URL string
			IsDefault                    bool `yaml:"isDefault"`
			JSONData                     struct {
				HTTPMethod     string `yaml:"httpMethod"`
				PrometheusType string `yaml:"prometheusType"`
				TimeInterval   string `yaml:"timeInterval"`
				Destinations   []struct {
					Name, URL       string
					DatasourceUID   string `yaml:"datasourceUid"`
					URLDisplayLabel string `yaml:"urlDisplayLabel"`
				} `yaml:"exemplarTraceIdDestinations"`
			} `yaml:"jsonData"`
		}
	}
)

func TestProvisioning(t *testing.T) {
	out := makeAll(t, "--trace-datasource", "tempo", "--trace-url", "https://traces.example.com/${__value.raw}?a=1&b=2", "--datasource-url",
		"https://prometheus.example.com/p", "--datasource-name", `The "shop" $`, "--scrape-interval", "30s", "--folder", "Shop", "--uid-prefix", "shop",
		"--dashboards-path", "/dashboards", "--refresh", "off", "--range", "7d", testMap)
	var p providers
	strictYAML(t, filepath.Join(out, "dashboards", "otelanalytics.yaml"), &p)
	if p.APIVersion != 1 || len(p.Providers) != 1 || p.Providers[0].Options.Path != "/dashboards" || p.Providers[0].Folder != "Shop" ||
		p.Providers[0].Type != "file" || p.Providers[0].Name != "shop" {
		t.Errorf("%+v", p)
	}
	var d datasources
	strictYAML(t, filepath.Join(out, "datasources", "prometheus.yaml"), &d)
	if d.APIVersion != 1 || len(d.Datasources) != 1 {
		t.Fatalf("%+v", d)
	}
	// Grafana takes $name in these files for a variable of the environment, and $$ for $.
	s := d.Datasources[0]
	if s.Name != `The "shop" $$` || s.URL != "https://prometheus.example.com/p" || s.UID != "shop-prometheus" || s.JSONData.TimeInterval != "30s" || !s.IsDefault {
		t.Errorf("%+v", s)
	}
	if to := s.JSONData.Destinations; len(to) != 2 || to[0].Name != "trace_id" || to[0].DatasourceUID != "tempo" ||
		to[1].Name != "trace_id" || to[1].URL != "https://traces.example.com/$${__value.raw}?a=1&b=2" {
		t.Errorf("%+v", to)
	}
	if b := strictly(t, filepath.Join(out, "dashboards", "shop-orders.json")); b.Refresh == nil || *b.Refresh != "" || b.Time.From != "now-7d" {
		t.Errorf("refresh %v, %+v", b.Refresh, b.Time)
	}
	for _, args := range [][]string{{testMap}, {"--datasource-url", "", testMap}} {
		out := makeAll(t, args...)
		_, err := os.Stat(filepath.Join(out, "datasources"))
		if written := err == nil; written != (len(args) == 1) {
			t.Errorf("%v: data source written: %v", args, written)
		}
	}
}

func strictYAML(t *testing.T, path string, to any) {
	t.Helper()
	d := yaml.NewDecoder(bytes.NewReader([]byte(read(t, path))))
	d.KnownFields(true)
	if err := d.Decode(to); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
