// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"
	"unsafe"

	"go.mongodb.org/mongo-driver/v2/bson"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// withLog has a client make log records, and keeps them.
func withLog() (*logRecords, otelanalytics.Option) {
	kept := new(logRecords)
	return kept, otelanalytics.WithLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewSimpleProcessor(kept))))
}

// named returns the records of an event type.
func (l *logRecords) named(eventType string) []sdklog.Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []sdklog.Record
	for _, r := range l.records {
		if r.EventName() == eventType {
			found = append(found, r)
		}
	}
	return found
}

// checkOnce checks that exactly n events of the kind were accepted.
func checkOnce(t *testing.T, rec *analyticstest.Recorder, k kind, n int) {
	t.Helper()
	if got := rec.Delta(k.metric); got != float64(n) {
		t.Errorf("%v events recorded, want %d", got, n)
	}
	stored := 0
	if k.stored {
		stored = n
		if got := len(rec.Events(k.eventType)); got != stored {
			t.Errorf("%d events stored, want %d", got, stored)
		}
	}
}

func TestAcceptedThroughEveryDoor(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		kept, log := withLog()
		rec := analyticstest.New(t, parse(t), log)
		ctx := eventctx.WithActor(t.Context(), eventctx.Actor{UserID: "of the context", SessionID: "s", Platform: "web"})
		e := k.event("")
		e.UserID = ""
		var o otelanalytics.Outcome
		if err := d.track(ctx, rec.Client, e, otelanalytics.WithOutcome(&o)); err != nil {
			t.Fatal(err)
		}
		checkOnce(t, rec, k, 1)
		if o.Result != k.accepted() || o.ID == (otelanalytics.EventID{}) {
			t.Errorf("outcome %+v", o)
		}
		records := kept.named(k.eventType)
		if len(records) != 1 {
			t.Fatalf("%d log records, want 1", len(records))
		}
		if got := attributes(records[0])["otelanalytics.event.id"]; got != o.ID.String() {
			t.Errorf("the log record has the id %s, and the outcome %s", got, o.ID)
		}
		if !k.stored {
			return
		}
		stored := rec.Events(k.eventType)[0]
		if _, id := stored.Document.Lookup("_id").Binary(); string(id) != string(o.ID[:]) {
			t.Errorf("the document has the id %x, and the outcome %s", id, o.ID)
		}
		if stored.UserID != "of the context" || stored.SessionID != "s" || stored.Platform != "web" || (stored.Module == "m") != strings.HasPrefix(d.name, "Module") {
			t.Errorf("stored %+v", stored)
		}
	})
}

func TestHooksThroughEveryDoor(t *testing.T) {
	for _, tt := range []struct {
		name string
		hook otelanalytics.BeforeTrack
		want otelanalytics.Result // ResultAccepted: of the kind
		text string               // of the log
	}{
		{"drops", func(context.Context, *otelanalytics.Event) bool { return false }, otelanalytics.ResultDropped, ""},
		{"panics", func(context.Context, *otelanalytics.Event) bool { panic("s3cret") }, otelanalytics.ResultAccepted, "hook panicked"},
		{"gives a key that is taken", func(_ context.Context, e *otelanalytics.Event) bool { e.Key = "taken"; return true }, otelanalytics.ResultDuplicate, ""},
		{"gives bad data", func(_ context.Context, e *otelanalytics.Event) bool { e.Data = 5; return true }, otelanalytics.ResultNone, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			everyDoor(t, func(t *testing.T, d door, k kind) {
				kept, log := withLog()
				on := false
				rec := analyticstest.New(t, parse(t), log, otelanalytics.WithBeforeTrack(func(ctx context.Context, e *otelanalytics.Event) bool {
					return !on || e.Type == "page_viewed" || tt.hook(ctx, e)
				}))
				if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed", Key: "taken"}); err != nil {
					t.Fatal(err)
				}
				on = true
				var o otelanalytics.Outcome
				err := d.track(t.Context(), rec.Client, k.event(""), otelanalytics.WithOutcome(&o))
				want, n := tt.want, 0
				if want == otelanalytics.ResultAccepted {
					want, n = k.accepted(), 1
				}
				if o.Result != want || (err == nil) != (want != otelanalytics.ResultNone) {
					t.Errorf("outcome %v with the error %v, want %v", o.Result, err, want)
				}
				checkOnce(t, rec, k, n)
				if got := len(kept.named(k.eventType)); got != n {
					t.Errorf("%d log records, want %d", got, n)
				}
			})
		})
	}
}

// TestDataOfTypedCodeInHooks looks at what a hook gets, which it can read and keep.
func TestDataOfTypedCodeInHooks(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		var seen any
		rec := analyticstest.New(t, parse(t), otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool {
			if e.Type == k.eventType {
				seen = e.Data
			}
			return true
		}))
		if err := d.track(t.Context(), rec.Client, k.event("")); err != nil {
			t.Fatal(err)
		}
		if _, raw := seen.(bson.Raw); raw != strings.Contains(d.name, "typed") {
			t.Errorf("the hook got a %T", seen)
		}
		checkOnce(t, rec, k, 1)
	})
}

func TestRefusedThroughEveryDoor(t *testing.T) {
	channel := map[string]any{"a": []any{make(chan int)}}
	const badChannel = `event_data.a.0: a Go chan int cannot be BSON; use a string, number, bool, time.Time, map or slice`
	for _, tt := range []struct {
		name   string
		change func(e *otelanalytics.Event)
		option otelanalytics.TrackOption
		want   string
	}{
		{"bad data", func(e *otelanalytics.Event) { e.Data = channel }, nil, badChannel},
		{"data that are no document", func(e *otelanalytics.Event) { e.Data = 5 }, nil, "event_data: must be a document (a map[string]any, a bson.D, a struct), not a int"},
		{"data that panic", func(e *otelanalytics.Event) { e.Data = panics{} }, nil, "event_data: AppendBSON of otelanalytics_test.panics panicked"},
		{"a value that panics", func(e *otelanalytics.Event) { e.Data = map[string]any{"v": panics{}} }, nil, "event_data.v: the encoder of otelanalytics_test.panics panicked"},
		{"no type", func(e *otelanalytics.Event) { e.Type = "" }, nil, `event_type: is empty; name what happened`},
		{"unknown level", func(*otelanalytics.Event) {}, otelanalytics.WithAck(7), "otelanalytics: WithAck(7): known are 0 (written), 1 (synced), 2 (stored)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			everyDoor(t, func(t *testing.T, d door, k kind) {
				e := k.event("k")
				tt.change(&e)
				if d.takes != nil && !d.takes(e) {
					t.Skip("this door does not take it")
				}
				kept, log := withLog()
				rec := analyticstest.New(t, parse(t), log)
				o := otelanalytics.Outcome{Result: otelanalytics.ResultDuplicate}
				err := d.track(t.Context(), rec.Client, e, otelanalytics.WithOutcome(&o), tt.option)
				if err == nil || !strings.HasSuffix(err.Error(), tt.want) || strings.Contains(err.Error(), "s3cret") {
					t.Errorf("got  %v\nwant %s", err, tt.want)
				}
				if o != (otelanalytics.Outcome{}) {
					t.Errorf("outcome %+v", o)
				}
				checkOnce(t, rec, k, 0)
				if got := len(kept.named(k.eventType)); got != 0 {
					t.Errorf("%d log records", got)
				}
				// The key is free.
				if err := d.track(t.Context(), rec.Client, k.event("k")); err != nil {
					t.Error(err)
				}
				checkOnce(t, rec, k, 1)
			})
		})
	}
}

func TestDuplicatesThroughEveryDoor(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		s := &service{t: t, log: new(servicetest.Log)}
		s.run(otelanalytics.WithStore(&fullAfter{left: 100}))
		for range 3 {
			if err := d.track(t.Context(), s.client, k.event("k")); err != nil {
				t.Error(err)
			}
		}
		s.has(`otelanalytics_events_duplicate_total{event_type="` + k.eventType + `"} 2`)

		kept, log := withLog()
		rec := analyticstest.New(t, parse(t), log)
		var first, second, third otelanalytics.Outcome
		if err := d.track(t.Context(), rec.Client, k.event("k"), otelanalytics.WithOutcome(&first)); err != nil {
			t.Fatal(err)
		}
		if err := d.track(t.Context(), rec.Client, k.event("k"), otelanalytics.WithOutcome(&second)); err != nil {
			t.Error(err)
		}
		bad := k.event("k")
		bad.Data = map[string]any{"a": func() {}}
		if err := d.track(t.Context(), rec.Client, bad, otelanalytics.WithOutcome(&third)); err != nil {
			t.Errorf("a duplicate with bad data: %v", err)
		}
		if first.Result != k.accepted() || second != (otelanalytics.Outcome{ID: first.ID, Result: otelanalytics.ResultDuplicate}) || third != second {
			t.Errorf("outcomes %v, %v, %v", first, second, third)
		}
		checkOnce(t, rec, k, 1)
		if got := len(kept.named(k.eventType)); got != 1 {
			t.Errorf("%d log records, want 1", got)
		}
	})
}

func TestClosedThroughEveryDoor(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		rec := analyticstest.New(t, parse(t))
		if err := rec.Client.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := d.track(t.Context(), rec.Client, k.event("")); !errors.Is(err, otelanalytics.ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
		checkOnce(t, rec, k, 0)
	})
}

func TestNopThroughEveryDoor(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		o := otelanalytics.Outcome{Result: otelanalytics.ResultDuplicate}
		if err := d.track(t.Context(), otelanalytics.NewNop(), k.event(""), otelanalytics.WithOutcome(&o)); err != nil || o != (otelanalytics.Outcome{}) {
			t.Errorf("%v, outcome %v", err, o)
		}
	})
}

func TestWithoutMetricsThroughEveryDoor(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		rec := analyticstest.New(t, parse(t))
		if err := d.track(t.Context(), rec.Client, k.event(""), otelanalytics.WithoutMetrics()); err != nil {
			t.Fatal(err)
		}
		if got := rec.Delta(k.metric); got != 0 {
			t.Errorf("%v events recorded", got)
		}
		for _, e := range rec.Events("") {
			if !e.WithoutMetrics {
				t.Errorf("the document of %s does not say so", e.Type)
			}
		}
	})
}

// TestCountsThroughEveryDoor tracks what is accepted with a remark: an undeclared type, and a field of a wrong type.
func TestCountsThroughEveryDoor(t *testing.T) {
	m := servicetest.Map(t, `
version: 1
metrics:
  user_logins: {instrument: counter}
  requests: {instrument: counter}
events:
  user_logged_in: {data: {n: {type: int}}, record: [{metric: user_logins}]}
  request: {store: false, data: {n: {type: int}}, record: [{metric: requests}]}
  page_viewed: {}
`)
	everyDoor(t, func(t *testing.T, d door, k kind) {
		s := &service{t: t, log: new(servicetest.Log), eventMap: m}
		s.run(otelanalytics.WithStore(&fullAfter{left: 100}))
		e := k.event("")
		e.Data = map[string]any{"n": "text"}
		if err := d.track(t.Context(), s.client, e); err != nil {
			t.Error(err)
		}
		s.has(`otelanalytics_fields_mistyped_total{event_type="` + k.eventType + `",field="n"} 1`)
		e.Type = "never_declared"
		if d.takes != nil && !d.takes(e) {
			return
		}
		if err := d.track(t.Context(), s.client, e); err != nil {
			t.Error(err)
		}
		s.has(`otelanalytics_events_accepted_total{event_type="other"} 1`)
		if n := strings.Count(s.log.String(), "event_type=never_declared"); n != 1 {
			t.Errorf("%d warnings", n)
		}
	})
}

func TestStrictThroughEveryDoor(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		rec := analyticstest.New(t, parse(t), otelanalytics.WithStrict())
		e := k.event("k")
		e.Type = "never_declared"
		if err := d.track(t.Context(), rec.Client, e); !errors.Is(err, otelanalytics.ErrUnknownEvent) {
			t.Errorf("got %v, want ErrUnknownEvent", err)
		}
		checkFree(t, rec.Client, d, k, k.accepted())
	})
}

// TestWaitForAKeyThroughEveryDoor tracks an event while another call holds its key.
func TestWaitForAKeyThroughEveryDoor(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		rec := analyticstest.New(t, parse(t))
		holding, release := make(chan struct{}), make(chan struct{})
		held := make(chan error)
		go func() {
			held <- rec.Client.Track(context.Background(), otelanalytics.Event{Type: "page_viewed", Key: "k", Data: slow{holding, release}})
		}()
		<-holding
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		err := d.track(ctx, rec.Client, k.event("k"))
		close(release)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the context's error", err)
		}
		if err := <-held; err != nil {
			t.Error(err)
		}
		checkOnce(t, rec, k, 0)
	})
}

// slow are data that are encoded when release is closed.
type slow struct{ begun, release chan struct{} }

func (s slow) AppendBSON(dst []byte) ([]byte, error) {
	close(s.begun)
	<-s.release
	return append(dst, 5, 0, 0, 0, 0), nil
}

// TestNothingOfTheCallerIsKept changes the memory of an event's type after the call, as servers do that reuse the buffer
// of a request.
func TestNothingOfTheCallerIsKept(t *testing.T) {
	const name = "order.\xffplaced"
	for _, d := range doors() {
		t.Run(d.name, func(t *testing.T) {
			memory := []byte(name)
			e := otelanalytics.Event{Type: unsafe.String(&memory[0], len(memory))}
			if d.takes != nil && !d.takes(e) {
				t.Skip("this door does not take it")
			}
			kept, log := withLog()
			rec := analyticstest.New(t, parse(t), log)
			if err := d.track(t.Context(), rec.Client, e); err != nil {
				t.Fatal(err)
			}
			e.Data = 5
			err := d.track(t.Context(), rec.Client, e)
			copy(memory, "overwritten by the next")
			const want = "order.\uFFFDplaced"
			if got := len(kept.named(want)); got != 1 {
				t.Errorf("%d log records of %q, want 1", got, want)
			}
			if got := rec.Delta("orders"); got != 1 {
				t.Errorf("%v orders recorded, want 1", got)
			}
			var invalid *otelanalytics.InvalidEventError
			if !errors.As(err, &invalid) || !strings.HasPrefix(invalid.EventType, "order.") {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// TestOutcomes asks a batch for the outcomes of its events.
func TestOutcomes(t *testing.T) {
	rec := analyticstest.New(t, parse(t), otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool { return e.UserID != "bot" }))
	outcomes := make([]otelanalytics.Outcome, 9)
	var first otelanalytics.Outcome
	err := rec.Client.TrackBatch(t.Context(), []otelanalytics.Event{
		{Type: "request", Key: "a"}, {Type: "page_viewed", Key: "a"}, {Type: "page_viewed", UserID: "bot"}, {Type: "page_viewed", Data: 5}, {Type: "page_viewed"},
	}, otelanalytics.WithOutcomes(&outcomes), otelanalytics.WithOutcome(&first))
	if err == nil {
		t.Error("the event 3 was accepted")
	}
	var got []string
	for _, o := range outcomes {
		got = append(got, o.Result.String())
		if (o.ID == otelanalytics.EventID{}) != (o.Result == otelanalytics.ResultDropped || o.Result == otelanalytics.ResultNone) {
			t.Errorf("the id of an event that is %v is %v", o.Result, o.ID)
		}
	}
	if want := "recorded duplicate dropped none accepted"; strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, " "), want)
	}
	if first != outcomes[0] || outcomes[0].ID != outcomes[1].ID {
		t.Errorf("first %v, all %v", first, outcomes)
	}
	// With the options of one event.
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed"}, otelanalytics.WithOutcomes(&outcomes)); err != nil || len(outcomes) != 1 {
		t.Errorf("%v, %d outcomes of one event", err, len(outcomes))
	}
	if err := rec.Client.TrackBatch(t.Context(), nil, otelanalytics.WithOutcomes(&outcomes), otelanalytics.WithOutcome(&first)); err != nil || len(outcomes) != 0 || first != (otelanalytics.Outcome{}) {
		t.Errorf("%v, outcomes %v and %v of no event", err, outcomes, first)
	}
}

// attributes returns the attributes of a record as text.
func attributes(r sdklog.Record) map[string]string {
	all := map[string]string{}
	maps.Insert(all, recordAttributes(r))
	return all
}
