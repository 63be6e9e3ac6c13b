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

// MinKey is the shortest allowed length of [Config].Key, in bytes.
const MinKey = sketch.MinKey

// Documents reads stored events again. A *mongostore.Reader implements it.
type Documents interface {
	// Received calls each with the document of every stored event that was accepted at from or later and before to. A
	// zero to means no end. The order is undefined.
	//
	// Received sees every event that was stored before the call. When each returns an error, Received stops and returns
	// that error. each must not keep a document after it returns.
	Received(ctx context.Context, from, to time.Time, each func(document bson.Raw) error) error
}

// Config sets what is counted, and where sketches are kept. Metrics, Records, and Key or KeyFrom are required.
type Config struct {
	Metrics []Metric
	// Key is the key of the hashes of values: at least MinKey bytes, the same in every process, and used for nothing
	// else. With another key, counting begins anew. Line breaks at the end are removed, since a file that holds the key
	// may end in one. The key never appears in a log or an error.
	Key []byte
	// KeyFrom returns the key, in place of Key. UniquesKey of a *mongostore.Reader reads it from a collection with a
	// role of its own.
	//
	// KeyFrom is called before the first delivery, for 10 s at most, and again every 20 s until it returns a key. Until
	// then events are delivered, and Numbers fails. Once the key is known, these events are counted from their
	// documents. The errors of KeyFrom are logged: they must not contain the key.
	KeyFrom func(context.Context) ([]byte, error)
	// Records keeps the sketches. Records of a *mongostore.Reader are shared by all instances. A *recordstore.Memory
	// belongs to this process alone.
	Records recordstore.Store
	// Documents reads the events that the sink has stored. Without it, events that a process stored but had not saved
	// in a sketch when it died are not counted.
	Documents Documents
	// Logger logs the work in the background. The default is slog.Default.
	Logger *slog.Logger
	// MeterProvider is the provider of the counter's own metrics (otelanalytics.uniques.…), from the sink's Prepare
	// until its Close. The default is OpenTelemetry's global provider (otel.GetMeterProvider).
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
