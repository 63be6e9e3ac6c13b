// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

const tillMap = `
version: 1
metrics:
  till_sales: {instrument: counter, attributes: {plan: {values: [free, pro], default: free}}}
  till_amount: {instrument: histogram, unit: EUR, buckets: [10, 50]}
  till_open: {instrument: gauge}
events:
  sold: {record: [{metric: till_sales}, {metric: till_amount, value: amount}]}
`

// till is a service in a process of its own.
type till struct {
	t      *testing.T
	args   []string
	binary string
	cmd    *exec.Cmd
	in     io.WriteCloser
}

func (s *till) start() {
	s.t.Helper()
	s.cmd = exec.Command(s.binary, s.args...)
	s.cmd.Stderr = os.Stderr
	var err error
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(s.kill)
}

func (s *till) kill() {
	_ = s.cmd.Process.Kill() // it may be gone
	_ = s.cmd.Wait()
}

func (s *till) say(word string) {
	s.t.Helper()
	if _, err := fmt.Fprintln(s.in, word); err != nil {
		s.t.Fatal(err)
	}
}

// TestRulesOfReconcile holds the rules of docs/truth.md with promtool.
func TestRulesOfReconcile(t *testing.T) {
	page, err := os.ReadFile("../../docs/truth.md")
	if err != nil {
		t.Fatal(err)
	}
	_, behind, _ := strings.Cut(string(page), "```yaml\n")
	rules, _, found := strings.Cut(behind, "```")
	if !found {
		t.Fatal("the page has no rules")
	}
	if err := servers.Promtool(t, "check", "rules", write(t, t.TempDir(), "rules.yml", rules)); err != nil {
		t.Error(err)
	}
}

func built(t *testing.T, dir, from string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if out, err := exec.Command("go", "build", "-C", dir, "-o", path, from).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// reconciled is what the command says as JSON.
type reconciled struct {
	Series []struct {
		Series                             string
		Documents, Prometheus, Unexplained float64
		Explained                          []struct {
			Reason    string
			EventType string `json:"event_type"`
			Amount    float64
		}
		Where map[string]float64 `json:"unexplained_by_process"`
	}
	Processes []struct {
		InstanceID string    `json:"service_instance_id"`
		LastSeen   time.Time `json:"last_scrape"`
		Slack      float64   `json:"slack_seconds"`
		Ended      bool
	}
	NotProvable  []struct{ Metric string } `json:"not_provable"`
	MetricsOff   int64                     `json:"metrics_off"`
	Differences  struct{ Explained, Unexplained float64 }
	text, stderr string
	code         int
}

// runReconcile runs the command.
func runReconcile(t *testing.T, command string, mongo *mongotest.Server, db string, args ...string) (r reconciled) {
	t.Helper()
	cmd := exec.Command(command, append([]string{"reconcile", "--create-index", "-o", "json"}, args...)...)
	cmd.Env = append(cmd.Environ(), "OTELANALYTICS_MONGODB_URI="+mongo.URI(), "OTELANALYTICS_MONGODB_DATABASE="+db)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, _ := cmd.Output() // the code says it
	r.text, r.stderr, r.code = string(out), errs.String(), cmd.ProcessState.ExitCode()
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, &errs)
	}
	return r
}

// TestReconcile has two services that sell, one of which is killed and started again: every difference is explained, and
// what is explained for the kill is at most what lay behind the last scrape. Then one counter is wrong by one: it is found.
func TestReconcile(t *testing.T) {
	mongo := mongotest.Start(t)
	db := mongo.Database(t)
	command, program := built(t, "../../cmd/otelanalytics", "."), built(t, ".", "./internal/till")
	events := write(t, t.TempDir(), "events.yaml", tillMap)
	from := time.Now().Add(-time.Second)
	var tills []*till
	var list strings.Builder
	for i := range 2 {
		address := porttest.Reserve(t)
		s := &till{t: t, binary: program, args: []string{
			"-uri", mongo.URI(), "-db", db.Name(), "-dir", t.TempDir(), "-map", events, "-address", address, "-id", fmt.Sprint("till-", i),
		}}
		s.start()
		tills = append(tills, s)
		fmt.Fprintf(&list, "- {job_name: till%d, static_configs: [{targets: [%q]}]}\n", i, address)
	}
	prom := servers.StartPrometheus(t, servers.WithScrapeConfigs(list.String()))
	prom.Await(t, `count(till_amount_EUR_count > 100)`, 2)
	tills[1].kill()
	prom.Await(t, `up{job="till1"}`, 0)
	tills[1].start()
	prom.Await(t, `count(till_amount_EUR_count{job="till1"} > 200) and on() up{job="till1"} == 1`, 1)
	for _, s := range tills {
		s.say("stop")
	}
	prom.Await(t, `sum(otelanalytics_journal_pending)`, 0)
	prom.Await(t, `sum(changes(till_amount_EUR_count[4s]))`, 0)
	textfile := filepath.Join(t.TempDir(), "reconcile.prom")
	reconcile := func(more ...string) reconciled {
		return runReconcile(t, command, mongo, db.Name(), append(more, "--map", events, "--prometheus", prom.URL(), "--selector", `job=~"till."`,
			"--from", from.UTC().Format(time.RFC3339Nano), "--to", time.Now().UTC().Format(time.RFC3339Nano), "--textfile", textfile)...)
	}
	r := reconcile()
	if r.code != 0 || r.Differences.Unexplained != 0 || len(r.Series) != 5 || len(r.Processes) != 3 || r.MetricsOff == 0 ||
		len(r.NotProvable) != 1 || r.NotProvable[0].Metric != "till_open" {
		t.Errorf("exit code %d\n%s\n%s", r.code, r.text, r.stderr)
	}
	for _, s := range r.Series {
		explained := 0.0
		for _, e := range s.Explained {
			if explained += e.Amount; e.Reason != "the process ended behind its last scrape" || e.Amount > 0 {
				t.Errorf("%s: %+v", s.Series, e)
			}
		}
		if s.Documents < 100 || math.Abs(s.Prometheus-s.Documents-explained) > 1e-6 {
			t.Errorf("%s: %v documents, %v in Prometheus, %v explained", s.Series, s.Documents, s.Prometheus, explained)
		}
		if strings.HasSuffix(s.Series, "_count") && -explained > 2_000 {
			t.Errorf("%s: %v events explained by the kill, in at most a few seconds", s.Series, explained)
		}
	}

	// A key at two instances, and a document that somebody deletes: as many events as there are.
	const stored = `sum(otelanalytics_events_stored_total{job="till0"})`
	before, err := prom.Query(t.Context(), stored)
	if err != nil || len(before) != 1 {
		t.Fatal(before, err)
	}
	tills[0].say("twin")
	prom.Await(t, stored, float64(before[0].Value)+1)
	tills[1].say("twin")
	prom.Await(t, `sum(otelanalytics_events_deduplicated_total)`, 1)
	prom.Await(t, `sum(changes(till_amount_EUR_count[4s]))`, 0)
	one := bson.D{{Key: "service.instance_id", Value: "till-0"}, {Key: "event_data.plan", Value: "free"}, {Key: "metrics", Value: bson.D{{Key: "$exists", Value: false}}}}
	c := db.Collection("user_events")
	var gone bson.Raw
	if err := c.FindOneAndDelete(t.Context(), one).Decode(&gone); err != nil {
		t.Fatal(err)
	}
	if r := reconcile(); r.code != 1 || r.Differences.Unexplained < 2 {
		t.Errorf("exit code %d without --deleted\n%s", r.code, r.text)
	}
	r = reconcile("--deleted", "1")
	reasons := map[string]float64{}
	for _, s := range r.Series {
		for _, e := range s.Explained {
			if strings.HasSuffix(s.Series, "_count") && e.EventType != "" {
				reasons[e.EventType+" "+e.Reason] += e.Amount
			}
		}
	}
	if want := map[string]float64{"sold deduplicated: another instance or process stored an event with this key": 1, "sold deleted, as --deleted says": 1}; r.code != 0 || !maps.Equal(reasons, want) {
		t.Errorf("exit code %d, %v, want %v\n%s\n%s", r.code, reasons, want, r.text, r.stderr)
	}
	if _, err := c.InsertOne(t.Context(), gone); err != nil {
		t.Fatal(err)
	}

	tills[0].say("extra")
	prom.Await(t, `sum(changes(till_amount_EUR_count{job="till0"}[1m]) > 0) and on() sum(changes(till_amount_EUR_count[4s])) == 0`, 1)
	r = reconcile()
	wrong := map[string]float64{}
	for _, s := range r.Series {
		if s.Unexplained != 0 {
			wrong[s.Series] = math.Round(s.Unexplained*1e6) / 1e6
			for where := range s.Where {
				if len(s.Where) != 1 || !strings.HasPrefix(where, "till0 ") {
					t.Errorf("%s: at %v", s.Series, s.Where)
				}
			}
		}
	}
	if want := map[string]float64{`till_sales_total{plan="pro"}`: 1, "till_amount_EUR_count": 1, "till_amount_EUR_sum": 1}; r.code != 1 || fmt.Sprint(wrong) != fmt.Sprint(want) {
		t.Errorf("exit code %d, %v, want %v\n%s", r.code, wrong, want, r.text)
	}
	page, err := os.ReadFile(textfile)
	if err != nil || !strings.Contains(string(page), "\notelanalytics_reconcile_unexplained 3\n") {
		t.Errorf("%v\n%s", err, page)
	}
	if err := servers.CheckMetrics(t, string(page)); err != nil {
		t.Error(err)
	}
	if !strings.Contains(r.stderr, "3 series with a difference that nothing explains") {
		t.Error(r.stderr)
	}
}
