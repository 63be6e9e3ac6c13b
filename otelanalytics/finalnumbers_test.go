// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// gated is a sink that takes events once it is let go.
type gated struct {
	memsink.Sink
	gone <-chan struct{} // nil: at once
}

func (s *gated) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	if s.gone != nil {
		select {
		case <-s.gone:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return s.Sink.Deliver(ctx, events)
}

// registered is a provider that counts callbacks and fails to register one.
type registered struct {
	metric.MeterProvider
	made, now, fails atomic.Int64 // fails: the number of the one that fails; 0: none
}

func (p *registered) Meter(name string, options ...metric.MeterOption) metric.Meter {
	return registeredMeter{p.MeterProvider.Meter(name, options...), p}
}

type registeredMeter struct {
	metric.Meter
	provider *registered
}

func (m registeredMeter) RegisterCallback(f metric.Callback, of ...metric.Observable) (metric.Registration, error) {
	if m.provider.made.Add(1) == m.provider.fails.Load() {
		return nil, errors.New("no room for a callback")
	}
	r, err := m.Meter.RegisterCallback(f, of...)
	m.provider.now.Add(1)
	return &registration{Registration: r, provider: m.provider}, err
}

type registration struct {
	metric.Registration
	provider *registered
	once     sync.Once
}

func (r *registration) Unregister() error {
	r.once.Do(func() { r.provider.now.Add(-1) })
	return r.Registration.Unregister()
}

// shared is a page that several clients, one after the other, are on.
type shared struct {
	t        *testing.T
	provider *registered
	page     *exporterprom.Exporter
	eventMap *eventmap.Map
}

func newShared(t *testing.T) *shared {
	page, err := exporterprom.New(exporterprom.WithoutRuntimeMetrics(), exporterprom.WithoutTargetInfo())
	if err != nil {
		t.Fatal(err)
	}
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(page.Reader()))
	m := servicetest.Map(t, `
version: 1
metrics: {people: {instrument: gauge}, logins: {instrument: counter}}
events: {user_logged_in: {record: [{metric: logins}]}}
`)
	return &shared{t, &registered{MeterProvider: provider}, page, m}
}

// client makes a client with a store whose sink takes events once gone is closed.
func (s *shared) client(dir string, gone <-chan struct{}) (*otelanalytics.Client, *eventstore.Store) {
	s.t.Helper()
	store, err := eventstore.Open(s.t.Context(), &gated{gone: gone}, eventstore.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	c, err := otelanalytics.New(s.eventMap, otelanalytics.WithStore(store), otelanalytics.WithMeterProvider(s.provider))
	if err != nil {
		s.t.Fatal(err)
	}
	return c, store
}

func (s *shared) read() servicetest.Page {
	s.t.Helper()
	return servicetest.Read(s.t, s.page.Handler())
}

// shutDown shuts a client down that cannot deliver.
func (s *shared) shutDown(c *otelanalytics.Client) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := c.Shutdown(ctx); !errors.Is(err, otelanalytics.ErrPending) {
		s.t.Errorf("got %v, want ErrPending", err)
	}
}

func logins(t *testing.T, c *otelanalytics.Client, n int) {
	t.Helper()
	for range n {
		if err := c.Track(t.Context(), otelanalytics.Event{Type: "user_logged_in"}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFinalNumbersStayUntilAnotherClient shuts a client down with events pending, before or after another client of the
// provider is made.
func TestFinalNumbersStayUntilAnotherClient(t *testing.T) {
	for _, tt := range []struct {
		name   string
		before bool // the other client is made before the first is shut down
		scrape bool // between the two
	}{{"after it", false, true}, {"after it, without a scrape", false, false}, {"before it", true, true}} {
		t.Run(tt.name, func(t *testing.T) {
			s := newShared(t)
			dir := t.TempDir()
			first, _ := s.client(dir, make(chan struct{}))
			gauge, err := first.ObserveGauge("people")
			if err != nil {
				t.Fatal(err)
			}
			gauge.Replace(func(set func(float64, ...string)) { set(5) })
			logins(t, first, 7)
			var second *otelanalytics.Client
			if tt.before {
				second, _ = s.client(t.TempDir(), nil)
			}
			s.shutDown(first)
			if !tt.before && tt.scrape {
				for range 2 { // every scrape has them
					p := s.read()
					p.Balanced(t)
					if p.Pending() != 7 || p.Events("accepted") != 7 || p.Sum("people") != 5 {
						t.Errorf("the final numbers are not on the page: %d pending of %d, people %v", p.Pending(), p.Events("accepted"), p.Sum("people"))
					}
				}
			}
			want := int64(7)
			if !tt.before {
				second, _ = s.client(dir, nil)
			} else {
				logins(t, second, 3)
				want = 3
			}
			if err := second.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			p := s.read()
			p.Balanced(t)
			if p.Pending() != 0 || p.Events("stored") != want || p.Sum("people") != 0 {
				t.Errorf("%d pending, %d stored, people %v; want 0, %d and 0", p.Pending(), p.Events("stored"), p.Sum("people"), want)
			}
			if err := second.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestClosedClientsLeaveNothing makes many clients with one provider, one after the other.
func TestClosedClientsLeaveNothing(t *testing.T) {
	s := newShared(t)
	const clients = 50
	var left []weak.Pointer[otelanalytics.Client]
	for n := range clients {
		c, err := otelanalytics.New(s.eventMap, otelanalytics.WithMeterProvider(s.provider))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.ObserveGauge("people"); err != nil {
			t.Fatal(err)
		}
		logins(t, c, 1)
		if err := c.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if n < clients-1 {
			left = append(left, weak.Make(c))
		}
	}
	if made, now := s.provider.made.Load(), s.provider.now.Load(); made != clients*now {
		t.Errorf("%d callbacks of %d are left, want those of one client", now, made)
	}
	runtime.GC()
	runtime.GC()
	alive := 0
	for _, w := range left {
		if w.Value() != nil {
			alive++
		}
	}
	if alive > 1 { // one may be in a register
		t.Errorf("%d of %d clients are still in memory", alive, clients)
	}
}

// TestListenerLeavesWithTheClient counts the attempts that are measured when New has failed on the store before, and when a
// client of it is shut down.
func TestListenerLeavesWithTheClient(t *testing.T) {
	s := newShared(t)
	store, err := eventstore.Open(t.Context(), memsink.New(), eventstore.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	counted := &listened{Store: store}
	s.provider.fails.Store(2) // the own metrics come after those of the map
	options := []otelanalytics.Option{otelanalytics.WithStore(counted), otelanalytics.WithMeterProvider(s.provider)}
	if _, err := otelanalytics.New(s.eventMap, options...); err == nil || !strings.Contains(err.Error(), "no room for a callback") {
		t.Fatalf("got %v", err)
	}
	if listeners, callbacks := counted.listeners.Load(), s.provider.now.Load(); listeners != 0 || callbacks != 0 {
		t.Errorf("New failed, and left %d listeners and %d callbacks", listeners, callbacks)
	}
	c, err := otelanalytics.New(s.eventMap, options...)
	if err != nil {
		t.Fatal(err)
	}
	logins(t, c, 1)
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	}
	servicetest.WantLines(t, s.page.Handler(), "otelanalytics_store_batch_size_count 1")
	if n := counted.listeners.Load(); n != 0 {
		t.Errorf("the client is shut down, and %d listeners are left", n)
	}
}

// listened counts who listens to a store.
type listened struct {
	*eventstore.Store
	listeners atomic.Int64
}

func (l *listened) OnInsertAttempt(f func(eventstore.InsertAttempt)) func() {
	l.listeners.Add(1)
	stop := l.Store.OnInsertAttempt(f)
	return sync.OnceFunc(func() { l.listeners.Add(-1); stop() })
}

// TestSecondShutdownFreezesNothing calls Shutdown with a short context while another call of it, or of the store's own,
// is under way.
func TestSecondShutdownFreezesNothing(t *testing.T) {
	for _, ofStore := range []bool{false, true} {
		t.Run(map[bool]string{false: "of the client", true: "of the store"}[ofStore], func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				s := newShared(t)
				gone := make(chan struct{})
				c, store := s.client(dir, gone)
				logins(t, c, 20)
				first := make(chan error)
				go func() {
					if ofStore {
						first <- store.Shutdown(context.Background())
					} else {
						first <- c.Shutdown(context.Background())
					}
				}()
				synctest.Wait()
				ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
				defer cancel()
				if err := c.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "under way") {
					t.Errorf("the second call returned %v", err)
				}
				if p := s.read(); p.Pending() != 20 {
					t.Errorf("%d pending while the first call flushes, want 20", p.Pending())
				}
				close(gone)
				if err := <-first; err != nil {
					t.Fatal(err)
				}
				p := s.read()
				p.Balanced(t)
				if st := c.Stats(); p.Pending() != 0 || p.Events("stored") != 20 || st.Pending != 0 || st.Stored != 20 {
					t.Errorf("Shutdown returned nil, and the page has %d pending, Stats %+v", p.Pending(), st)
				}
			})
		})
	}
}

// TestErrorsOfFlushAndShutdownSayWhy has a sink that is out.
func TestErrorsOfFlushAndShutdownSayWhy(t *testing.T) {
	store, err := eventstore.Open(t.Context(), out{}, eventstore.Config{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	c, err := otelanalytics.New(parse(t), otelanalytics.WithStore(store))
	if err != nil {
		t.Fatal(err)
	}
	failed := make(chan struct{}, 1)
	defer store.OnInsertAttempt(func(eventstore.InsertAttempt) {
		select {
		case failed <- struct{}{}:
		default:
		}
	})()
	if err := c.Track(t.Context(), otelanalytics.Event{Type: "page_viewed"}); err != nil {
		t.Fatal(err)
	}
	<-failed
	<-failed // the first attempt is noted by the time of the second
	for _, call := range []struct {
		name string
		do   func(context.Context) error
	}{{"Flush", c.Flush}, {"Shutdown", c.Shutdown}} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		err := call.do(ctx)
		cancel()
		if !errors.Is(err, otelanalytics.ErrPending) || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no such host: db.example") {
			t.Errorf("%s: got %v", call.name, err)
		}
	}
}

// out is a sink that cannot be reached.
type out struct{}

func (out) Deliver(context.Context, []eventstore.Event) ([]eventstore.Verdict, error) {
	return nil, errors.New("no such host: db.example")
}
