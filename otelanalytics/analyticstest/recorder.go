// SPDX-License-Identifier: Apache-2.0

package analyticstest

import (
	"context"
	"log/slog"
	"testing"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// Recorder is a client and what it has tracked. It is safe for concurrent use, as far as the [testing.TB] is.
type Recorder struct {
	// Client is what the code under test gets.
	Client *otelanalytics.Client

	t        testing.TB
	eventMap *eventmap.Map
	memory   *memory
	reader   *sdkmetric.ManualReader
	before   readings
}

// New returns a recorder for the events and metrics of m. options are those of [otelanalytics.New]; a store,
// a meter provider or a logger among them replaces the recorder's own, and with it what the recorder sees. The
// client logs to the test's output and is shut down when the test ends.
func New(t testing.TB, m *eventmap.Map, options ...otelanalytics.Option) *Recorder {
	t.Helper()
	if m == nil {
		t.Fatal("analyticstest: the event map is nil: load one with eventmap.ParseFile")
	}
	r := &Recorder{t: t, eventMap: m, memory: new(memory), reader: sdkmetric.NewManualReader()}
	provider := meterprovider.New(m, sdkmetric.WithReader(r.reader))
	client, err := otelanalytics.New(m, append([]otelanalytics.Option{
		otelanalytics.WithStore(r.memory),
		otelanalytics.WithMeterProvider(provider),
		otelanalytics.WithLogger(slog.New(slog.NewTextHandler(t.Output(), nil))),
	}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	r.Client = client
	t.Cleanup(func() {
		if err := client.Shutdown(context.Background()); err != nil {
			t.Errorf("analyticstest: shutdown: %v", err)
		}
	})
	r.before = r.read()
	return r
}

// Reset forgets what was tracked so far: Events, Delta and Sum begin anew. Idempotency keys stay known.
func (r *Recorder) Reset() {
	r.t.Helper()
	r.memory.reset()
	r.before = r.read()
}
