// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

// doctor is the command line, built and run as a process.
type doctor struct {
	t      *testing.T
	binary string
	args   []string
	env    []string
}

// checks are what the command says, by check, and its exit code.
type checks struct {
	code int
	by   map[string]string // the status
	text string            // all of it
}

func (d *doctor) examine(args ...string) checks {
	d.t.Helper()
	cmd := exec.Command(d.binary, append(append([]string{"doctor", "-o", "json"}, d.args...), args...)...)
	cmd.Env = append(cmd.Environ(), d.env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		d.t.Fatal(err)
	}
	var r struct {
		Checks []struct{ Check, Status string }
	}
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		d.t.Fatalf("%v\n%s%s", err, &out, &errs)
	}
	c := checks{code: cmd.ProcessState.ExitCode(), by: map[string]string{}, text: out.String() + errs.String()}
	for _, check := range r.Checks {
		c.by[check.Check] = check.Status
	}
	return c
}

// want compares statuses, and looks for a text in the whole.
func (c checks) want(t *testing.T, code int, text string, by map[string]string) {
	t.Helper()
	if c.code != code || !strings.Contains(c.text, text) {
		t.Errorf("exit code %d, want %d; want %q in it", c.code, code, text)
	}
	for name, status := range by {
		if c.by[name] != status {
			t.Errorf("%s is %s, want %s", name, c.by[name], status)
		}
	}
	if t.Failed() {
		t.Logf("%s", c.text)
	}
}

// TestDoctorAsksPrometheus runs the command line's doctor on a service that a real Prometheus scrapes: as it should, twice,
// without some of the metrics, and not at all.
func TestDoctorAsksPrometheus(t *testing.T) {
	environment(t, map[string]string{"OTEL_EXPORTER_PROMETHEUS_HOST": "127.0.0.1", "OTEL_EXPORTER_PROMETHEUS_PORT": "0"})
	dir := t.TempDir()
	binary := filepath.Join(dir, "otelanalytics")
	if out, err := exec.Command("go", "build", "-C", "../../cmd/otelanalytics", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	mongo := mongotest.Start(t)
	db := mongo.Database(t)
	store, err := mongostore.Open(t.Context(), mongostore.Config{URI: mongo.URI(), Database: db.Name(), Dir: filepath.Join(dir, "data")})
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, otelanalytics.WithStore(store))
	s.sell(40)
	if err := store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.tel.MetricsHandler())
	t.Cleanup(web.Close)
	page, alone := web.URL+"/metrics", "http://"+s.tel.MetricsAddr().String()+"/metrics"
	d := &doctor{t: t, binary: binary, env: []string{
		"OTELANALYTICS_MONGODB_URI=" + mongo.URI(), "OTELANALYTICS_MONGODB_DATABASE=" + db.Name(), "OTELANALYTICS_DATA_DIR=" + filepath.Join(dir, "data"),
	}, args: []string{"--map", write(t, dir, "events.yaml", shopMap), "--metrics", page}}

	prom := servers.StartPrometheus(t, servers.WithTarget("shop", page))
	prom.Await(t, "sum(orders_total)", float64(s.orders))
	d.examine("--prometheus", prom.URL()).want(t, 0, "up, scraped", map[string]string{
		"metrics_map": "ok", "metrics_sum": "ok", "documents": "ok",
		"prometheus": "ok", "prometheus_target": "ok", "prometheus_once": "ok", "prometheus_values": "ok",
	})

	twice := servers.StartPrometheus(t, servers.WithTarget("shop", strings.Replace(page, "127.0.0.1", "localhost", 1)), servers.WithTarget("alone", alone))
	twice.Await(t, "sum(orders_total)", float64(2*s.orders))
	d.examine("--prometheus", twice.URL()).want(t, 0, "2 targets for the same process", map[string]string{
		"prometheus_target": "ok", "prometheus_once": "warning", "prometheus_values": "ok",
	})

	host := strings.TrimSuffix(strings.TrimPrefix(page, "http://"), "/metrics")
	dropping := servers.StartPrometheus(t, servers.WithScrapeConfigs(fmt.Sprintf(
		"- {job_name: shop, static_configs: [{targets: [%q]}], metric_relabel_configs: [{source_labels: [__name__], regex: orders_total, action: drop}]}", host)))
	dropping.Await(t, "sum(otelanalytics_events_accepted_total)", float64(s.orders))
	// Until it has scraped once more after the page was read, that is a warning.
	deadline := time.Now().Add(time.Minute)
	c := d.examine("--prometheus", dropping.URL())
	for c.code == 0 && c.by["prometheus_values"] == "warning" && time.Now().Before(deadline) {
		c = d.examine("--prometheus", dropping.URL())
	}
	c.want(t, 1, "orders_total", map[string]string{"prometheus_target": "ok", "prometheus_values": "failed"})

	empty := servers.StartPrometheus(t)
	d.examine("--prometheus", empty.URL()).want(t, 1, "- job_name: shop", map[string]string{"prometheus": "ok", "prometheus_target": "failed", "prometheus_values": "skipped"})
	empty.Stop()
	d.examine("--prometheus", empty.URL()).want(t, 1, "connection refused", map[string]string{"prometheus": "failed", "prometheus_target": "skipped"})

	web.Close()
	prom.Await(t, `up{job="shop"}`, 0)
	d.examine("--prometheus", prom.URL()).want(t, 1, "--metrics "+alone, map[string]string{"metrics": "failed", "prometheus_target": "failed"})
}

func write(t *testing.T, dir, name, text string) (path string) {
	t.Helper()
	path = filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
