// SPDX-License-Identifier: Apache-2.0

package servers

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/client_golang/api"
	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
)

// Prometheus is a Prometheus 3 server.
type Prometheus struct {
	t       testing.TB
	address string
	dir     string
	args    []string
	process *process
	api     promv1.API
}

// StartPrometheus starts a server with an empty database, returns when it is ready, and stops it when the test ends. All
// mistakes in options fail the test. Without options it scrapes nothing and receives nothing.
func StartPrometheus(t testing.TB, options ...PrometheusOption) *Prometheus {
	t.Helper()
	c, err := newPrometheusConfig(options)
	if err != nil {
		t.Fatal(err)
	}
	text, err := c.text()
	if err != nil {
		t.Fatal(err)
	}
	p := &Prometheus{t: t, address: porttest.Reserve(t), dir: t.TempDir()}
	client, err := api.NewClient(api.Config{Address: p.URL()})
	if err != nil {
		t.Fatal(err)
	}
	p.api = promv1.NewAPI(client)
	config := filepath.Join(p.dir, "prometheus.yml")
	if err := os.WriteFile(config, text, 0o600); err != nil {
		t.Fatal(err)
	}
	p.args = append([]string{
		"--config.file=" + config,
		"--storage.tsdb.path=" + filepath.Join(p.dir, "data"),
		"--web.listen-address=" + p.address,
		"--scrape.discovery-reload-interval=100ms",
	}, c.flags...)
	p.Start()
	t.Cleanup(func() {
		p.Stop()
		if t.Failed() {
			t.Logf("the end of what Prometheus printed:\n%s", tail(p.Output()))
		}
	})
	return p
}

// Start starts the server again after Stop, at the same address and with the data that it had.
func (p *Prometheus) Start() {
	p.t.Helper()
	p.process = launch(p.t, p.dir, nil, "prometheus", p.args...)
	p.process.await(p.t, "prometheus", "it was ready", func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL()+"/-/ready", nil)
		if err != nil {
			return false
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// Data returns the directory of the server's data, for promtool while the server does not run.
func (p *Prometheus) Data() string { return filepath.Join(p.dir, "data") }

// Stop ends the server and returns when it is gone. It may be called again.
func (p *Prometheus) Stop() { p.process.stop() }

// URL is the address of the server, http://127.0.0.1:PORT, without a slash at the end.
func (p *Prometheus) URL() string { return "http://" + p.address }

// OTLP is what an OTLP exporter wants as its http/protobuf endpoint (OTEL_EXPORTER_OTLP_ENDPOINT), which it adds
// /v1/metrics to. It answers only WithOTLPReceiver.
func (p *Prometheus) OTLP() string { return p.URL() + "/api/v1/otlp" }

// API is the whole HTTP API: targets, metadata, series, exemplars, ranges, rules.
func (p *Prometheus) API() promv1.API { return p.api }

// Output is what the server has printed since it was last started.
func (p *Prometheus) Output() string { return p.process.output.text() }

// Query evaluates a PromQL expression now. A scalar becomes a vector of one sample without labels; a range or a string is
// an error. Warnings and infos of the server are left out: API().Query has them.
func (p *Prometheus) Query(ctx context.Context, promql string) (model.Vector, error) {
	value, _, _, err := p.api.Query(ctx, promql, time.Now())
	if err != nil {
		return nil, fmt.Errorf("query %s: %w", promql, err)
	}
	switch v := value.(type) {
	case model.Vector:
		return v, nil
	case *model.Scalar:
		return model.Vector{{Metric: model.Metric{}, Value: v.Value, Timestamp: v.Timestamp}}, nil
	}
	return nil, fmt.Errorf("query %s: the result is a %s, not a vector or a scalar", promql, value.Type())
}

// AwaitVector asks the expression again and again until what holds of its result, and returns that. After a minute, or
// at an error in the expression, it fails the test with the last answer.
func (p *Prometheus) AwaitVector(t testing.TB, promql, what string, holds func(model.Vector) bool) model.Vector {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	var last model.Vector
	for {
		v, err := p.Query(ctx, promql)
		if ctx.Err() == nil && err != nil {
			t.Fatal(err)
		}
		if err == nil {
			last = v
			if holds(v) {
				return v
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s: not in %s: %s; the last answer was:\n%v", promql, patience, what, last)
		}
	}
}

// Await waits until the expression has a single sample with the value, as AwaitVector does.
func (p *Prometheus) Await(t testing.TB, promql string, value float64) {
	t.Helper()
	p.AwaitVector(t, promql, fmt.Sprintf("a single sample with the value %v", value), func(v model.Vector) bool {
		return len(v) == 1 && float64(v[0].Value) == value
	})
}

// tail is the last lines of a long text.
func tail(text string) string {
	const most = 8000
	if len(text) > most {
		return "…" + text[len(text)-most:]
	}
	return text
}
