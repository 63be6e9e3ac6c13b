// SPDX-License-Identifier: Apache-2.0

package services

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

var silent = slog.New(slog.DiscardHandler)

// CutOff is a service whose MongoDB is away.
func CutOff(t testing.TB) *httptest.Server {
	t.Helper()
	m := cardGameMap(t)
	tel, err := telemetry.Setup(t.Context(), telemetry.WithEventMap(m), telemetry.WithServiceName("away"))
	if err != nil {
		t.Fatal(err)
	}
	client := nowhere(t, m, t.TempDir(), otelanalytics.WithMeterProvider(tel.MeterProvider()))
	if err := client.Track(t.Context(), otelanalytics.Event{Type: "user_logged_out"}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(tel.MetricsHandler())
	t.Cleanup(func() {
		server.Close()
		abandon(t, client)
		if err := tel.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return server
}

// Full is a service whose MongoDB is away for so long that its journal has no room. It tracks every fifth of a second.
func Full(t testing.TB) *httptest.Server {
	t.Helper()
	m := cardGameMap(t)
	tel, err := telemetry.Setup(t.Context(), telemetry.WithEventMap(m), telemetry.WithServiceName("full"))
	if err != nil {
		t.Fatal(err)
	}
	client := nowhere(t, m, t.TempDir(), otelanalytics.WithMeterProvider(tel.MeterProvider()))
	track := func() error {
		return client.Track(context.WithoutCancel(t.Context()), otelanalytics.Event{Type: "user_logged_out", Data: map[string]any{"note": strings.Repeat("x", 100_000)}})
	}
	for err = track(); err == nil; err = track() {
	}
	if !errors.Is(err, eventstore.ErrJournalFull) {
		t.Fatal(err)
	}
	tick := time.NewTicker(200 * time.Millisecond)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-tick.C:
				_ = track() // it is refused, which is what the service is for
			case <-stop:
				return
			}
		}
	}()
	server := httptest.NewServer(tel.MetricsHandler())
	t.Cleanup(func() {
		tick.Stop()
		close(stop)
		<-stopped
		server.Close()
		abandon(t, client)
		if err := tel.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return server
}

// nowhere is a client whose MongoDB is away.
func nowhere(t testing.TB, m *eventmap.Map, dir string, options ...otelanalytics.Option) *otelanalytics.Client {
	t.Helper()
	store, err := mongostore.Open(t.Context(), mongostore.Config{URI: "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100", Dir: dir, JournalBytes: eventstore.MinJournalBytes, Logger: silent})
	if err != nil {
		t.Fatal(err)
	}
	client, err := otelanalytics.New(m, append(options, otelanalytics.WithStore(store), otelanalytics.WithLogger(silent), otelanalytics.WithRedactKey(make([]byte, 32)))...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// abandon shuts a client down whose events MongoDB does not take.
func abandon(t testing.TB, client *otelanalytics.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 100*time.Millisecond)
	defer cancel()
	if err := client.Shutdown(ctx); !errors.Is(err, eventstore.ErrPending) {
		t.Fatalf("shut down without MongoDB: %v", err)
	}
}

// damagedJournal leaves a journal with events that no MongoDB has taken, one of them unreadable.
func damagedJournal(t testing.TB, m *eventmap.Map, dir string) {
	t.Helper()
	client := nowhere(t, m, dir)
	for range 3 {
		if err := client.Track(t.Context(), otelanalytics.Event{Type: "user_logged_out"}); err != nil {
			t.Fatal(err)
		}
	}
	abandon(t, client)
	segments, err := filepath.Glob(filepath.Join(dir, "journal", "*.journal"))
	if err != nil || len(segments) != 1 {
		t.Fatalf("segments: %v %v", segments, err)
	}
	content, err := os.ReadFile(segments[0])
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)-40] ^= 0xff
	if err := os.WriteFile(segments[0], content, 0o600); err != nil {
		t.Fatal(err)
	}
}
