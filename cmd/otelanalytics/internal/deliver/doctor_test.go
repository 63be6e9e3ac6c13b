// SPDX-License-Identifier: Apache-2.0

package deliver_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/doctor"
	"github.com/otelanalytics/otelanalytics-go/internal/natstest"
)

// TestDoctor: doctor finds no fault in this command when there is none, whatever has come so far. Events are of services with names and
// maps of their own.
func TestDoctor(t *testing.T) {
	clitest.MongoDB(t)
	server := natstest.Start(t, 1).Server(0)
	file := filepath.Join(t.TempDir(), "events.yaml")
	if err := os.WriteFile(file, []byte("version: 1\nmetrics: {logins: {instrument: counter}}\nevents: {login: {record: [{metric: logins}]}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	publish(t, server.URL()) // which makes the stream
	for _, args := range [][]string{{"--from", server.URL(), "--group", "a"}, {"--from", server.URL(), "--group", "b", "--map", file}} {
		r := start(t, args...)
		r.has("/metrics", "otelanalytics_log_up{log=\"nats OTELANALYTICS as "+args[3]+"\"} 1")
		r.examined("before an event", file)
		publish(t, server.URL(), event(t, "login", bson.E{Key: "service", Value: bson.D{{Key: "name", Value: "shop"}}}, bson.E{Key: "map_version", Value: "of-a-service"}))
		r.has("/metrics", `otelanalytics_events_stored_total{event_type="login"}`)
		r.examined("with an event", file)
		r.end()
	}
}

// examined has doctor look at the command.
func (r *running) examined(when, file string) {
	r.t.Helper()
	_, out, errs := clitest.Run(r.t, doctor.New(), "--map", file, "--data-dir", r.dir, "--metrics", "http://"+r.listen+"/metrics", "--ready", "http://"+r.listen+"/readyz", "--skip", "disk_space")
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "failed") || strings.HasPrefix(line, "warning") {
			r.t.Errorf("%s: %s", when, line)
		}
	}
	for _, want := range []string{"ok       log ", "ok       documents ", "ok       metrics_sdk "} {
		if !strings.Contains(out, want) {
			r.t.Errorf("%s: %q is missing in\n%s%s", when, want, out, errs)
		}
	}
}
