// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

// answers holds what Prometheus says of a job against what the shop tracked.
func (s *shop) answers(prom *servers.Prometheus, selector string) {
	s.t.Helper()
	prom.Await(s.t, "sum(orders_total"+selector+")", float64(s.orders))
	prom.Await(s.t, "sum(order_value_EUR_sum"+selector+")", s.value)
	prom.Await(s.t, "sum(order_value_EUR_count"+selector+")", float64(s.orders))
	prom.AwaitVector(s.t, "sum by (channel) (orders_total"+selector+") > 0", "as many orders by web as by app", func(v model.Vector) bool {
		return len(v) == 2 && int(v[0].Value) == s.orders/2 && int(v[1].Value) == s.orders/2
	})
}

func TestNothingSet(t *testing.T) {
	environment(t, nil)
	s := open(t)
	s.sell(40)
	url := s.page()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := servers.CheckMetrics(t, string(page)); err != nil {
		t.Error(err)
	}
	s.answers(servers.StartPrometheus(t, servers.WithTarget("shop", url)), `{job="shop"}`)
}

// TestOTLP sends by both protocols to a collector, which sends on to Prometheus.
func TestOTLP(t *testing.T) {
	for _, protocol := range []string{"grpc", "http/protobuf"} {
		t.Run(protocol, func(t *testing.T) {
			prom := servers.StartPrometheus(t, servers.WithOTLPReceiver())
			col := servers.StartCollector(t, servers.WithForwarding(prom))
			environment(t, map[string]string{
				"OTEL_METRICS_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": protocol, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint(col, protocol),
				"OTEL_METRIC_EXPORT_INTERVAL": "200", "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
			})
			s := open(t)
			s.sell(40)
			s.answers(prom, `{job="shop"}`)
		})
	}
}

func endpoint(col *servers.Collector, protocol string) string {
	if protocol == "grpc" {
		return "http://" + col.GRPC()
	}
	return col.HTTP()
}

// TestBoth scrapes a service that also sends by OTLP, straight into Prometheus: both have the same numbers.
func TestBoth(t *testing.T) {
	environment(t, map[string]string{"OTEL_METRICS_EXPORTER": "prometheus,otlp", "OTEL_METRIC_EXPORT_INTERVAL": "200"})
	pushed := servers.StartPrometheus(t, servers.WithOTLPReceiver())
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", pushed.OTLP())
	s := open(t)
	s.sell(60)
	s.answers(servers.StartPrometheus(t, servers.WithTarget("shop", s.page())), `{job="shop"}`)
	s.answers(pushed, `{job="shop"}`)
}

// TestEvents reads the events that a collector received, field by field, and holds their ids, and the ids of spans,
// against the documents in MongoDB.
func TestEvents(t *testing.T) {
	col := servers.StartCollector(t)
	environment(t, map[string]string{
		"OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "otlp", "OTEL_TRACES_EXPORTER": "otlp",
		"OTEL_EXPORTER_OTLP_ENDPOINT": col.HTTP(), "OTEL_BSP_SCHEDULE_DELAY": "100", "OTEL_BLRP_SCHEDULE_DELAY": "100",
	})
	server := mongotest.Start(t)
	db := server.Database(t)
	s := open(t, stored(t, server.URI(), db.Name()))
	s.sell(20)
	s.flush()
	logs := col.AwaitLogs(t, "20 records", func(l plog.Logs) bool { return l.LogRecordCount() == s.orders })
	traces := col.AwaitTraces(t, "20 spans", func(l ptrace.Traces) bool { return l.SpanCount() == s.orders })

	spans := map[string]bool{}
	for _, r := range traces.ResourceSpans().All() {
		for _, scope := range r.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				spans[span.TraceID().String()+" "+span.SpanID().String()] = true
			}
		}
	}
	documents := map[string]bson.Raw{}
	cursor, err := db.Collection("user_events").Find(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	var all []bson.Raw
	if err := cursor.All(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		_, id := d.Lookup("_id").Binary()
		documents[fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])] = d
		if key := d.Lookup("trace_id").StringValue() + " " + d.Lookup("span_id").StringValue(); !spans[key] {
			t.Errorf("no span was exported with the ids of a document: %s", key)
		}
	}
	if len(documents) != s.orders || len(spans) != s.orders {
		t.Errorf("%d documents, %d spans of %d orders", len(documents), len(spans), s.orders)
	}
	for _, r := range logs.ResourceLogs().All() {
		if name, _ := r.Resource().Attributes().Get("service.name"); name.AsString() != "shop" {
			t.Errorf("service.name is %q", name.AsString())
		}
		for _, scope := range r.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				fields := record.Attributes().AsRaw()
				d, ok := documents[fmt.Sprint(fields["otelanalytics.event.id"])]
				if !ok {
					t.Errorf("an event has no document: %v", fields)
					continue
				}
				delete(documents, fmt.Sprint(fields["otelanalytics.event.id"]))
				data := d.Lookup("event_data").Document()
				want := map[string]any{
					"otelanalytics.event.id": fields["otelanalytics.event.id"], "channel": data.Lookup("channel").StringValue(),
					"value": data.Lookup("value").Double(), "items": data.Lookup("items").AsInt64(),
					"address": map[string]any{"city": "Vienna", "zip": []any{"1", int64(2)}},
				}
				if fmt.Sprint(fields) != fmt.Sprint(want) {
					t.Errorf("attributes are %v, want %v", fields, want)
				}
				if record.EventName() != "order_placed" || record.TraceID().String() != d.Lookup("trace_id").StringValue() ||
					record.SpanID().String() != d.Lookup("span_id").StringValue() || record.Timestamp().AsTime().UnixMilli() != d.Lookup("timestamp").Time().UnixMilli() {
					t.Errorf("%s, %s, %s, %s: not as in %s", record.EventName(), record.TraceID(), record.SpanID(), record.Timestamp(), d)
				}
			}
		}
	}
	if len(documents) != 0 {
		t.Errorf("%d documents have no event", len(documents))
	}
	for _, secret := range []string{"hunter2", "u-17", "s-17"} {
		if strings.Contains(col.Output(), secret) {
			t.Errorf("%q has reached the collector", secret)
		}
	}
}

// TestDisabled exports nothing, and stores everything.
func TestDisabled(t *testing.T) {
	environment(t, map[string]string{"OTEL_SDK_DISABLED": "true", "OTEL_METRICS_EXPORTER": "otlp", "OTEL_LOGS_EXPORTER": "otlp"})
	col := servers.StartCollector(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", col.HTTP())
	server := mongotest.Start(t)
	db := server.Database(t)
	s := open(t, stored(t, server.URI(), db.Name()))
	s.sell(20)
	s.flush()
	if n, err := db.Collection("user_events").CountDocuments(t.Context(), bson.D{}); err != nil || n != 20 {
		t.Errorf("%d documents: %v", n, err)
	}
	s.close()
	col.Stop()
	if n := col.Metrics(t).DataPointCount() + col.Logs(t).LogRecordCount(); n != 0 {
		t.Errorf("the collector has received %d of what is disabled", n)
	}
}

// TestConfigFile has OpenTelemetry's own file say what is scraped and what is sent.
func TestConfigFile(t *testing.T) {
	prom := servers.StartPrometheus(t, servers.WithOTLPReceiver())
	col := servers.StartCollector(t, servers.WithForwarding(prom))
	name := filepath.Join(t.TempDir(), "otel.yaml")
	text := `
file_format: "1.0"
resource: {attributes: [{name: service.name, value: shop}]}
meter_provider:
  readers:
    - pull: {exporter: {prometheus/development: {host: 127.0.0.1, port: 0, without_scope_info: true}}}
    - periodic: {interval: 200, exporter: {otlp_grpc: {endpoint: "${COLLECTOR}", tls: {insecure: true}}}}
logger_provider: {processors: [{batch: {schedule_delay: 100, exporter: {otlp_http: {endpoint: "` + col.HTTP() + `/v1/logs"}}}}]}
`
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	environment(t, map[string]string{"OTEL_CONFIG_FILE": name, "OTEL_METRICS_EXPORTER": "none"})
	t.Setenv("COLLECTOR", "http://"+col.GRPC())
	s := open(t)
	s.sell(40)
	s.answers(prom, `{job="shop"}`)
	s.answers(servers.StartPrometheus(t, servers.WithTarget("scraped", "http://"+s.tel.MetricsAddr().String()+"/metrics")), `{job="scraped"}`)
	col.AwaitLogs(t, "40 records", func(l plog.Logs) bool { return l.LogRecordCount() == s.orders })
}

// TestCollectorComesBack has no collector at first: tracking goes on, and what was counted is there when it is.
func TestCollectorComesBack(t *testing.T) {
	prom := servers.StartPrometheus(t, servers.WithOTLPReceiver())
	col := servers.StartCollector(t, servers.WithForwarding(prom))
	environment(t, map[string]string{
		"OTEL_METRICS_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://" + col.GRPC(),
		"OTEL_METRIC_EXPORT_INTERVAL": "200", "OTEL_EXPORTER_OTLP_TIMEOUT": "200",
	})
	s := open(t)
	s.sell(10)
	s.answers(prom, `{job="shop"}`)
	col.Stop()
	s.sell(30)
	col.Start()
	s.answers(prom, `{job="shop"}`)
}

// stored gives a client a store in a database.
func stored(t *testing.T, uri, database string) otelanalytics.Option {
	t.Helper()
	store, err := mongostore.Open(t.Context(), mongostore.Config{URI: uri, Database: database, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return otelanalytics.WithStore(store)
}

func (s *shop) flush() {
	s.t.Helper()
	if err := s.client.Flush(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}
