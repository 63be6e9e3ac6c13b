// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

const pastMap = `
version: 1
metrics:
  past_sales: {instrument: counter, unit: "{sale}", attributes: {plan: {values: [free, pro], default: free}, platform: {limit: 3}}}
  past_revenue: {instrument: counter, number: double, unit: EUR}
  past_amount: {instrument: histogram, unit: EUR, buckets: [1, 10, 100.5], attributes: {plan: {values: [free, pro], default: free}}}
  past_carts: {instrument: up_down_counter}
  past_price: {instrument: gauge, unit: EUR}
  past_latency: {instrument: exponential_histogram, unit: s}
events:
  sold:
    data: {plan: {type: string}, amount: {type: double}, seconds: {type: double}}
    record:
      - {metric: past_sales, from: {platform: $platform}}
      - {metric: past_revenue, value: amount, when: "data.amount > 0.5"}
      - {metric: past_amount, value: amount}
      - {metric: past_price, value: amount}
      - {metric: past_latency, value: seconds}
  cart_opened: {record: [{metric: past_carts}]}
  cart_closed: {record: [{metric: past_carts, value: -1}]}
`

// past is a service whose events happened in the hours before, and the command line beside it.
type past struct {
	page     map[string]float64
	binary   string
	args     []string
	env      []string
	from, to time.Time
}

func newPast(t *testing.T) *past {
	t.Helper()
	dir := t.TempDir()
	p := &past{binary: filepath.Join(dir, "otelanalytics"), to: time.Now().Truncate(time.Minute).Add(-30 * time.Minute)}
	p.from = p.to.Add(-5 * time.Hour)
	if out, err := exec.Command("go", "build", "-C", "../../cmd/otelanalytics", "-o", p.binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	mongo := mongotest.Start(t)
	db := mongo.Database(t)
	store, err := mongostore.Open(t.Context(), mongostore.Config{URI: mongo.URI(), Database: db.Name(), Dir: filepath.Join(dir, "data")})
	if err != nil {
		t.Fatal(err)
	}
	s := servicetest.Start(t, servicetest.Config{Map: servicetest.Map(t, pastMap), Client: []otelanalytics.Option{otelanalytics.WithStore(store)}})
	r := rand.New(rand.NewPCG(3, 4))
	for at := p.from; at.Before(p.to); at = at.Add(time.Duration(r.Int64N(int64(time.Minute)))) {
		e := otelanalytics.Event{
			Type: []string{"sold", "sold", "cart_opened", "cart_closed"}[r.IntN(4)], Time: at.Truncate(time.Millisecond),
			Platform: []string{"", "ios", "web", "tv", "watch", "car"}[r.IntN(6)],
			Data:     map[string]any{"plan": []string{"free", "pro", "gold"}[r.IntN(3)], "amount": float64(r.IntN(20_000)) / 100, "seconds": r.Float64()},
		}
		if err := s.Client.Track(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	s.Flush(t)
	p.page = servicetest.Read(t, s.Page).Values("past_")
	p.env = []string{"OTELANALYTICS_MONGODB_URI=" + mongo.URI(), "OTELANALYTICS_MONGODB_DATABASE=" + db.Name()}
	p.args = []string{
		"backfill", "--map", write(t, dir, "events.yaml", pastMap), "--from", p.from.UTC().Format(time.RFC3339), "--to", p.to.UTC().Format(time.RFC3339),
		"--label", "job=past", "--create-index",
	}
	return p
}

// run runs the command.
func (p *past) run(t *testing.T, args ...string) (text string, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), p.binary, append(p.args, args...)...)
	cmd.Env = append(cmd.Environ(), p.env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	return out.String(), err
}

func (p *past) compare(t *testing.T, prom *servers.Prometheus) {
	t.Helper()
	comparePage(t, prom, p.to, p.page, func(name string) bool { return strings.HasPrefix(name, "past_price") }, exactly)
}

// exactly is for numbers that no sketch estimates.
func exactly(string, float64) float64 { return 0 }

// comparePage holds the raw samples of a Prometheus to a page: of each series, the last minus the first one, and of gauges the
// last.
func comparePage(t *testing.T, prom *servers.Prometheus, to time.Time, page map[string]float64, gauge func(name string) bool, off func(name string, want float64) float64) {
	t.Helper()
	result, _, _, err := prom.API().Query(context.Background(), `{job="past"}[6h]`, to.Add(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, series := range result.(model.Matrix) {
		labels := map[string]string{}
		for name, value := range series.Metric {
			switch name {
			case "job", model.MetricNameLabel:
			case "le":
				bound, err := strconv.ParseFloat(string(value), 64)
				if err != nil {
					t.Fatal(err)
				}
				labels["le"] = servicetest.Bound(bound)
			default:
				labels[string(name)] = string(value)
			}
		}
		name := servicetest.Series(string(series.Metric[model.MetricNameLabel]), labels)
		first, last := series.Values[0], series.Values[len(series.Values)-1]
		if last.Timestamp.Time().Sub(to).Abs() >= time.Second {
			t.Errorf("%s ends at %v, want %v", name, last.Timestamp.Time(), to)
		}
		got[name] = float64(last.Value)
		if !gauge(name) {
			got[name] -= float64(first.Value)
		}
	}
	for name, want := range page {
		if v, ok := got[name]; (!ok && want != 0) || math.Abs(v-want) > off(name, want)+1e-9*max(1, math.Abs(want)) {
			t.Errorf("%s is %v in Prometheus (there: %v), and %v on the page", name, v, ok, want)
		}
	}
	for name := range got {
		if _, ok := page[name]; !ok {
			t.Errorf("the page does not have %s", name)
		}
	}
	if len(got) < 25 {
		t.Errorf("%d series only", len(got))
	}
}

// importBlocks makes blocks of the files of a backfill, and starts a Prometheus anew with them. It returns how many files
// there are.
func importBlocks(t *testing.T, prom *servers.Prometheus, dir string) int {
	t.Helper()
	prom.Stop()
	files, err := filepath.Glob(filepath.Join(dir, "*.om"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := servers.Promtool(t, "tsdb", "create-blocks-from", "openmetrics", "--quiet", f, prom.Data()); err != nil {
			t.Fatal(err)
		}
	}
	prom.Start()
	return len(files)
}

// TestBackfillIntoPrometheus makes blocks of the files, and has a Prometheus show them.
func TestBackfillIntoPrometheus(t *testing.T) {
	p := newPast(t)
	out := t.TempDir()
	if text, err := p.run(t, "--out", out, "--verify"); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	prom := servers.StartPrometheus(t)
	if n := importBlocks(t, prom, out); n < 3 {
		t.Fatalf("%d files", n)
	}
	p.compare(t, prom)

	for name, c := range map[string]struct {
		from, to time.Duration // around the first and the last sample
		says     string
	}{
		"nothing is left":                   {0, 0, "Prometheus has live samples of these metrics from"},
		"an hour before them":               {-time.Hour, 0, "live samples from " + p.from.UTC().Format(time.RFC3339) + " on"},
		"the first of them is the last one": {-time.Hour, -p.to.Sub(p.from), "live samples from " + p.from.UTC().Format(time.RFC3339) + " on"},
		"before all of them":                {-time.Hour, -p.to.Sub(p.from) - time.Second, "--prometheus URL finds"},
		"behind all of them":                {p.to.Sub(p.from) + time.Second, 10 * time.Minute, "--prometheus URL finds"},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := p.run(t, "--from", p.from.Add(c.from).UTC().Format(time.RFC3339), "--to", p.to.Add(c.to).UTC().Format(time.RFC3339),
				"--out", t.TempDir(), "--prometheus", prom.URL())
			if (err != nil) != (name == "nothing is left") || !strings.Contains(text, c.says) {
				t.Errorf("%v\n%s", err, text)
			}
		})
	}

	// By hand, as the page on truth says.
	v, _, _, err := prom.API().Query(t.Context(), "min(min_over_time(timestamp(past_sales_total)[6h:1m]))", p.to.Add(time.Second))
	if first, ok := v.(model.Vector); err != nil || !ok || len(first) != 1 || time.Unix(int64(first[0].Value), 0).Sub(p.from) != 0 {
		t.Errorf("%v, %v; want %v", v, err, p.from.Unix())
	}
}

// TestBackfillByRemoteWrite sends samples to a Prometheus that takes old ones, twice, and to one that does not.
func TestBackfillByRemoteWrite(t *testing.T) {
	p := newPast(t)
	prom := servers.StartPrometheus(t, servers.WithRemoteWriteReceiver("1d"))
	state := t.TempDir()
	for range 2 {
		if text, err := p.run(t, "--out", state, "--remote-write", prom.URL()+"/api/v1/write", "--yes"); err != nil || !strings.Contains(text, "sent to http://127.0.0.1") {
			t.Fatalf("%v\n%s", err, text)
		}
		p.compare(t, prom)
	}
	deaf := servers.StartPrometheus(t, servers.WithRemoteWriteReceiver(""))
	if text, err := p.run(t, "--out", t.TempDir(), "--remote-write", deaf.URL()+"/api/v1/write", "--yes"); err == nil || !strings.Contains(text, "out_of_order_time_window") {
		t.Errorf("%v\n%s", err, text)
	}
}
