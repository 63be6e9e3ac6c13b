// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel/attribute"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

// TestTextThatIsNotUTF8: protobuf takes none, and an exporter would lose the whole batch of log records with it. What
// reaches a log record is UTF-8, whatever an event brings.
func TestTextThatIsNotUTF8(t *testing.T) {
	const others = 20
	for _, c := range []struct {
		name  string
		event otelanalytics.Event
	}{
		{"type", otelanalytics.Event{Type: "page.\xff"}},
		{"undeclared type", otelanalytics.Event{Type: "\xff\xfe"}},
		{"text in a map", otelanalytics.Event{Type: "visited", Data: map[string]any{"page": "\xff"}}},
		{"key of a map", otelanalytics.Event{Type: "visited", Data: map[string]any{"\xff": "home"}}},
		{"text in a struct", otelanalytics.Event{Type: "visited", Data: struct{ Page string }{"\xff"}}},
		{"text in an array", otelanalytics.Event{Type: "visited", Data: map[string]any{"pages": []string{"\xff"}}}},
		{"encoded BSON", otelanalytics.Event{Type: "visited", Data: bson.Raw("\x10\x00\x00\x00\x02a\x00\x04\x00\x00\x00\xff\xfe\xfd\x00\x00")}},
		{"an encoded value", otelanalytics.Event{Type: "visited", Data: map[string]any{"x": bson.RawValue{Type: bson.TypeString, Value: []byte("\x03\x00\x00\x00\xff\xfe\x00")}}}},
		{"symbol", otelanalytics.Event{Type: "visited", Data: bson.D{{Key: "s", Value: bson.Symbol("\xff")}}}},
		{"user", otelanalytics.Event{Type: "visited", UserID: "\xff", SessionID: "\xfe", Platform: "\xfd"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var mu sync.Mutex
			records := 0
			collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				mu.Lock()
				defer mu.Unlock()
				records += strings.Count(string(body), "otelanalytics.event.id")
			}))
			defer collector.Close()
			environment(t, map[string]string{"OTEL_LOGS_EXPORTER": "otlp", "OTEL_METRICS_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.URL})
			tel, err := telemetry.Setup(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			m := servicetest.Map(t, visits+"  page.*: {}\n")
			client, err := otelanalytics.New(m, otelanalytics.WithLoggerProvider(tel.LoggerProvider()))
			if err != nil {
				t.Fatal(err)
			}
			for range others {
				if err := client.Track(t.Context(), otelanalytics.Event{Type: "visited"}); err != nil {
					t.Fatal(err)
				}
			}
			want := others
			if err := client.Track(t.Context(), c.event); err == nil {
				want++
			} else {
				t.Logf("refused: %v", err)
			}
			if err := tel.ForceFlush(t.Context()); err != nil {
				t.Error(err)
			}
			_ = tel.Shutdown(t.Context())
			mu.Lock()
			defer mu.Unlock()
			if records != want {
				t.Errorf("%d log records were exported, want %d", records, want)
			}
		})
	}
}

// TestResourceThatIsNotUTF8: no request of an OTLP exporter would arrive.
func TestResourceThatIsNotUTF8(t *testing.T) {
	name := filepath.Join(t.TempDir(), "otel.yaml")
	if err := os.WriteFile(name, []byte("file_format: \"1.0\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, variables := range map[string]map[string]string{
		"variable":            {"OTEL_RESOURCE_ATTRIBUTES": "service.version=%ff"},
		"option":              {"OTEL_SERVICE_NAME": "shop"},
		"option, with a file": {"OTEL_CONFIG_FILE": name},
	} {
		t.Run(what, func(t *testing.T) {
			environment(t, variables)
			var options []telemetry.Option
			if what != "variable" {
				options = append(options, telemetry.WithResourceAttributes(attribute.String("service.version", "\xff")))
			}
			if _, err := telemetry.Setup(t.Context(), options...); err == nil || !strings.Contains(err.Error(), `the attribute "service.version" of the resource is not UTF-8: "\xff"`) {
				t.Errorf("%v", err)
			}
		})
	}
}
