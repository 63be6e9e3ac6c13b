// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

// strictTill is a map that puts large refunds into quarantine.
const strictTill = tillMap + `
  refunded: {on_violation: quarantine, data: {amount: {type: double, max: 100}}, record: [{metric: till_refunds}, {metric: till_refunded, value: amount}]}
`

// TestReconcileOfReplay puts events into quarantine for the event map, kills the service, and has it put them back with a map that takes
// them. The documents are of the run that accepted them, and the other one has counted them: that is explained to the unit.
func TestReconcileOfReplay(t *testing.T) {
	mongo := mongotest.Start(t)
	db := mongo.Database(t)
	command, program := built(t, "../../cmd/otelanalytics", "."), built(t, ".", "./internal/till")
	text := strings.Replace(strictTill, "metrics:\n", "metrics:\n  till_refunds: {instrument: counter}\n  till_refunded: {instrument: histogram}\n", 1)
	dir := t.TempDir()
	strict, lax := write(t, dir, "strict.yaml", text), write(t, dir, "lax.yaml", strings.Replace(text, "max: 100", "max: 1000", 1))
	address := porttest.Reserve(t)
	args := []string{"-uri", mongo.URI(), "-db", db.Name(), "-dir", t.TempDir(), "-address", address, "-id", "till-0", "-map"}
	from := time.Now().Add(-time.Second)
	s := &till{t: t, binary: program, args: append(args, strict)}
	s.start()
	prom := servers.StartPrometheus(t, servers.WithScrapeConfigs(fmt.Sprintf("- {job_name: till0, static_configs: [{targets: [%q]}]}\n", address)))
	prom.Await(t, `count(till_amount_EUR_count > 100)`, 1)
	for range 3 {
		s.say("refund")
	}
	prom.Await(t, `sum(otelanalytics_events_quarantined_total{reason="event_map"})`, 3)
	s.kill()
	prom.Await(t, `up{job="till0"}`, 0)
	s.args = append(args, lax)
	s.start()
	prom.Await(t, `sum(till_refunds_total) and on() up{job="till0"} == 1`, 0)
	s.say("replay")
	prom.Await(t, `sum(till_refunds_total)`, 3)
	s.say("stop")
	prom.Await(t, `sum(otelanalytics_journal_pending)`, 0)
	prom.Await(t, `sum(changes(till_amount_EUR_count[4s]))`, 0)
	r := runReconcile(t, command, mongo, db.Name(), "--map", lax, "--map", strict, "--prometheus", prom.URL(), "--selector", `job="till0"`,
		"--from", from.UTC().Format(time.RFC3339Nano), "--to", time.Now().UTC().Format(time.RFC3339Nano))
	explained := map[string]float64{}
	for _, s := range r.Series {
		for _, e := range s.Explained {
			if e.EventType == "refunded" {
				explained[s.Series+" "+e.Reason] += e.Amount
			}
		}
	}
	want := map[string]float64{}
	for series, each := range map[string]float64{"till_refunds_total": 1, "till_refunded_count": 1, "till_refunded_sum": 500} {
		want[series+" put back from quarantine: counted by another run"] = -3 * each
		want[series+" put back from quarantine: the document is of another run"] = 3 * each
	}
	if r.code != 0 || !maps.Equal(explained, want) || len(r.Processes) != 2 {
		t.Errorf("exit code %d, explained %v, want %v\n%s\n%s", r.code, explained, want, r.text, r.stderr)
	}
}
