// SPDX-License-Identifier: Apache-2.0

package analyticstest

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// Recorder is a client with the events and metrics that it has tracked. It is safe for concurrent use, as far as its
// [testing.TB] is.
type Recorder struct {
	// Client is the client for the code under test.
	Client *otelanalytics.Client

	t        testing.TB
	eventMap *eventmap.Map
	sink     *memsink.Sink
	store    *eventstore.Store
	reader   *sdkmetric.ManualReader
	before   readings
	meant    map[attribute.Set]float64 // violations that the test was told of
}

// New returns a recorder for the events and metrics of m. The options are passed to [otelanalytics.New]. A store, a
// meter provider or a logger among them replaces the recorder's own. The recorder then sees neither the events of
// another store nor the metrics of another provider.
//
// The client logs to the test's output. It is shut down when the test ends. The test then fails if an event violated
// the map's rules, unless [Recorder.Violations] has returned the violation.
func New(t testing.TB, m *eventmap.Map, options ...otelanalytics.Option) *Recorder {
	t.Helper()
	if m == nil {
		t.Fatal("analyticstest: the event map is nil: load one with eventmap.ParseFile")
	}
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	r := &Recorder{t: t, eventMap: m, sink: memsink.New(), reader: sdkmetric.NewManualReader(), meant: make(map[attribute.Set]float64)}
	var err error
	if r.store, err = eventstore.Open(t.Context(), r.sink, eventstore.Config{Dir: t.TempDir(), Logger: logger}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.Shutdown(context.Background()) }) // also when an option replaced it
	provider := meterprovider.New(m, sdkmetric.WithReader(r.reader))
	client, err := otelanalytics.New(m, append([]otelanalytics.Option{
		otelanalytics.WithStore(r.store),
		otelanalytics.WithMeterProvider(provider),
		otelanalytics.WithLogger(logger),
	}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	r.Client = client
	t.Cleanup(func() {
		r.checkViolations()
		if err := client.Shutdown(context.Background()); err != nil {
			t.Errorf("analyticstest: shutdown: %v", err)
		}
	})
	r.before = r.read()
	return r
}

// Reset forgets the events and metrics so far: Events, Delta and Sum begin anew. Idempotency keys stay known.
func (r *Recorder) Reset() {
	r.t.Helper()
	r.flush()
	r.sink.Reset()
	r.before = r.read()
}

// flushPatience is far more than the sink in memory takes.
const flushPatience = time.Minute

// flush waits until all tracked events are in the sink.
func (r *Recorder) flush() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), flushPatience)
	defer cancel()
	if err := r.store.Flush(ctx); err != nil {
		r.t.Fatalf("analyticstest: %v", err)
	}
}
