// SPDX-License-Identifier: Apache-2.0

package servicetest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// patience bounds a flush: long enough for a slow machine.
const patience = 2 * time.Minute

// Config describes a service. Only Map is required. A store is one of the options of the client, so that a test chooses
// the store and what is beneath it.
type Config struct {
	Map      *eventmap.Map
	Client   []otelanalytics.Option
	Page     []exporterprom.Option
	Resource *resource.Resource // of the page and of the documents; nil: the default one
	Logger   *slog.Logger       // nil: nothing is logged
}

// Service is a client with a metrics page.
type Service struct {
	Client   *otelanalytics.Client
	Page     http.Handler
	Provider *sdkmetric.MeterProvider
	Exporter *exporterprom.Exporter

	// Abandon has the end of a test leave pending what is pending. Otherwise everything must be delivered by then.
	Abandon bool
}

// New returns a service that the caller shuts down.
func New(c Config) (*Service, error) {
	if c.Map == nil {
		return nil, errors.New("servicetest: there is no event map")
	}
	exporter, err := exporterprom.New(c.Page...)
	if err != nil {
		return nil, err
	}
	logger := c.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	readers := []sdkmetric.Option{sdkmetric.WithReader(exporter.Reader())}
	options := []otelanalytics.Option{otelanalytics.WithLogger(logger)}
	if c.Resource != nil {
		readers = append(readers, sdkmetric.WithResource(c.Resource))
		options = append(options, otelanalytics.WithResource(c.Resource))
	}
	provider := meterprovider.New(c.Map, readers...)
	options = append(options, otelanalytics.WithMeterProvider(provider))
	client, err := otelanalytics.New(c.Map, append(options, c.Client...)...)
	if err != nil {
		return nil, errors.Join(err, provider.Shutdown(context.Background()))
	}
	return &Service{Client: client, Page: exporter.Handler(), Provider: provider, Exporter: exporter}, nil
}

// Start returns a service that is shut down when the test ends.
func Start(t testing.TB, c Config) *Service {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.shutdown(); err != nil {
			t.Errorf("shutdown: %v", err)
		}
	})
	return s
}

func (s *Service) shutdown() error {
	limit := 20 * time.Second
	if s.Abandon {
		limit = time.Millisecond
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	err := s.Client.Shutdown(ctx)
	if s.Abandon {
		return nil // a test that abandons events may have broken more than the delivery
	}
	return err
}

// Flush delivers everything.
func (s *Service) Flush(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := s.Client.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

// Map parses the text of an event map.
func Map(t T, text string) *eventmap.Map {
	t.Helper()
	m, err := eventmap.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return m
}
