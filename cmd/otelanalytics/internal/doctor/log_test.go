// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// deliverer serves what is on every page of otelanalytics deliver, some lines about its log, and its readiness.
func deliverer(t *testing.T, readiness string, lines ...string) (url string) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		for _, m := range ownmetrics.All() {
			if m.Always && m != ownmetrics.RecordDelay {
				fmt.Fprintf(w, "%s 0\n", m.PrometheusName())
			}
		}
		for _, line := range lines {
			fmt.Fprintf(w, "otelanalytics_log_%s\n", line)
		}
	})
	mux.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, readiness) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// TestLog judges the page of a deliverer.
func TestLog(t *testing.T) {
	clean(t)
	const log = `{log="nats E as m"} `
	lag := []string{"up" + log + "1", "pending" + log + "7", "unacknowledged" + log + "500"}
	of := func(limit string) string { return `used_ratio{log="nats E as m",limit="` + limit + `"} ` }
	for _, test := range []struct {
		name   string
		lines  []string
		status string
		says   []string
	}{
		{"well", append(lag, "oldest_age_seconds"+log+"2", "max_age_seconds"+log+"604800", of("age")+"0.00001"), "ok", []string{
			"nats E as m: 7 events not read yet, 500 events not acknowledged; the oldest has waited for 2s", "keeps events for 7d",
		}},
		{"nothing waits", append(lag, "oldest_age_seconds"+log+"0"), "ok", []string{"forever, or does not report how long"}},
		{"behind", append(lag, "oldest_age_seconds"+log+"3600"), "warning", []string{"start more of these processes"}},
		{"expires", append(lag, "oldest_age_seconds"+log+"50", of("age")+"0.6"), "warning", []string{"60% of its limit of age", "retention.ms (a topic)"}},
		{"expires now", append(lag, "oldest_age_seconds"+log+"90", of("age")+"0.9"), "failed", []string{"90% of its limit of age"}},
		{"fills", append(lag, "oldest_age_seconds"+log+"0", of("bytes")+"0.7"), "ok", nil},
		{"is full", append(lag, "oldest_age_seconds"+log+"0", of("messages")+"0.95"), "failed", []string{"95% of its limit of messages", "raise the limit"}},
		{"does not tell", lag, "warning", []string{"$JS.API.STREAM.INFO", "topic of Kafka (Read)"}},
		{"away", []string{"up" + log + "0"}, "failed", []string{"the log does not answer"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			url := deliverer(t, `{"status":"ready"}`, test.lines...)
			r := examine(t, "--metrics", url+"/metrics", "--skip", "configuration,map,errors")
			r.want("log", test.status, test.says...)
			r.want("metrics_sdk", "ok")
			r.want("metrics_sum", "ok")
		})
	}
	examineIngest(t).want("log", "ok", "which reads no log")
}

// TestReadinessOfADeliverer says what does not answer.
func TestReadinessOfADeliverer(t *testing.T) {
	clean(t)
	url := deliverer(t, `{"status":"degraded","journal_usable":true,"mongodb_reachable":true,"log_reachable":false,"pending":3}`, `up{log="l"} 0`)
	examine(t, "--metrics", url+"/metrics", "--ready", url+"/readyz", "--skip", "configuration,map,errors").
		want("readiness", "warning", "degraded", "the log does not answer")
}
