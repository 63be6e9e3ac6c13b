// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/common/model"

	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

// outcome is what a card game prints at its end, as far as this test needs it.
type outcome struct {
	Accepted, Stored int64
	Lost, Pending    int64
}

// TestTwoInstances has two card games, the binary as it is, play into one collector and one Prometheus: sums over both
// are what both together say that they did.
func TestTwoInstances(t *testing.T) {
	prom := servers.StartPrometheus(t, servers.WithOTLPReceiver())
	col := servers.StartCollector(t, servers.WithForwarding(prom))
	game := filepath.Join(t.TempDir(), "cardgame")
	build := exec.Command("go", "build", "-o", game, "./cardgame")
	build.Dir = "../../examples"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var running [2]*exec.Cmd
	var out, log [2]bytes.Buffer
	for i := range running {
		cmd := exec.Command(game, "-players", "5", "-for", "2s", "-json", "-addr", "127.0.0.1:0", "-metrics-addr", "", "-data-dir", t.TempDir())
		cmd.Dir = t.TempDir()
		cmd.Env = append(os.Environ(), "OTEL_METRICS_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc",
			"OTEL_EXPORTER_OTLP_ENDPOINT=http://"+col.GRPC(), "OTEL_METRIC_EXPORT_INTERVAL=500")
		cmd.Stdout, cmd.Stderr = &out[i], &log[i]
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Process.Kill() })
		running[i] = cmd
	}
	var accepted int64
	for i, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%v\n%s", err, log[i].String())
		}
		var o outcome
		if err := json.Unmarshal([]byte(lastLine(out[i].String())), &o); err != nil {
			t.Fatalf("%v: %s", err, out[i].String())
		}
		if o.Accepted == 0 || o.Stored != o.Accepted {
			t.Errorf("instance %d: %+v", i, o)
		}
		accepted += o.Accepted
	}
	prom.Await(t, `sum(otelanalytics_events_accepted_total{job="cardgame"})`, float64(accepted))
	prom.Await(t, `sum(otelanalytics_events_stored_total{job="cardgame"})`, float64(accepted))
	prom.AwaitVector(t, `count by (instance) (user_registrations_total)`, "two instances", func(v model.Vector) bool { return len(v) == 2 })
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
