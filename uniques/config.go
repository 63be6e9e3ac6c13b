// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel"
	metricapi "go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/internal/safelog"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/sketch"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// MinKey is the length of the shortest [Config].Key, in bytes.
const MinKey = sketch.MinKey

// Documents is where stored events can be read again. A *mongostore.Reader is one.
type Documents interface {
	// Received calls each with the document of every stored event that was accepted at from or later and before to, of which
	// the zero time is no end, in no particular order, until each returns an error, which it returns. It sees every event that was stored before the call. each keeps nothing
	// of a document.
	Received(ctx context.Context, from, to time.Time, each func(document bson.Raw) error) error
}

// Config says what is counted, and where sketches are kept. Metrics, Records, and Key or KeyFrom are required.
type Config struct {
	Metrics []Metric
	// Key is what values are hashed with: at least MinKey bytes, the same in every process, and used for nothing else. With
	// another key counting begins anew. Line breaks at its end are left out, as everywhere: a file that holds it may end in one.
	// It never appears in a log or an error.
	Key []byte
	// KeyFrom returns the key, in place of Key: UniquesKey of a *mongostore.Reader does, from a collection with a role of its own.
	// It is called before the first delivery, for 10 s at most, and again every 20 s until it returns a key. Until then events are
	// delivered, and counted from the documents once the key is known; Numbers fails. Its errors are logged: they must not have
	// the key.
	KeyFrom func(context.Context) ([]byte, error)
	// Records keeps the sketches: Records of a *mongostore.Reader for those that all instances share, a
	// *recordstore.Memory for those of this process.
	Records recordstore.Store
	// Documents has the events that the sink stores. Nil: what a process that died has stored and not saved in a sketch is not
	// counted.
	Documents Documents
	// Logger receives what happens in the background: slog.Default.
	Logger *slog.Logger
	// MeterProvider receives the counter's own metrics (otelanalytics.uniques.…), from the sink's Prepare until its Close: OpenTelemetry's
	// global provider (otel.GetMeterProvider).
	MeterProvider metricapi.MeterProvider

	now  func() time.Time // nil: time.Now
	pace pace
}

// withDefaults returns the configuration with defaults filled in, or every mistake joined.
func (c Config) withDefaults() (Config, error) {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("uniques: "+format, args...)) }
	if len(c.Metrics) == 0 {
		bad("Config.Metrics is empty; give the metrics to count")
	}
	c.Metrics, errs = checked(c.Metrics, errs)
	c.Key = []byte(words.WithoutNewline(string(c.Key)))
	switch {
	case c.KeyFrom != nil && len(c.Key) > 0:
		bad("Config.Key and Config.KeyFrom are both given; give one of them")
	case c.KeyFrom == nil && len(c.Key) == 0:
		bad("Config.Key is empty, and Config.KeyFrom is nil; give one of them")
	case c.KeyFrom == nil && len(c.Key) < MinKey:
		bad("Config.Key has %d bytes; it must have at least %d", len(c.Key), MinKey)
	}
	if c.Records == nil {
		bad("Config.Records is nil; give Records of a mongostore.Reader, or a recordstore.Memory")
	}
	c.Logger = safelog.Logger(cmp.Or(c.Logger, slog.Default())).With("component", "otelanalytics", "subsystem", "uniques")
	if c.MeterProvider == nil {
		c.MeterProvider = otel.GetMeterProvider()
	}
	c.pace = c.pace.withDefaults()
	if c.now == nil {
		c.now = time.Now
	}
	return c, errors.Join(errs...)
}

// checked returns metrics with their defaults, and appends what is wrong with them to errs.
func checked(all []Metric, errs []error) ([]Metric, []error) {
	metrics, names := make([]Metric, len(all)), make(map[string]bool)
	for i, m := range all {
		if names[m.Name] {
			errs = append(errs, fmt.Errorf("uniques: the metric %q is given twice", m.Name))
		}
		names[m.Name] = true
		var mistakes []error
		metrics[i], mistakes = m.check()
		errs = append(errs, mistakes...)
	}
	return metrics, errs
}
