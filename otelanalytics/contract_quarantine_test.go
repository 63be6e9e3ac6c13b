// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

const quarantineMap = `
version: 1
on_violation: quarantine
redact: [password]
metrics:
  orders: {instrument: counter, attributes: {currency: {values: [EUR, USD, CHF]}}}
events:
  paid:
    data:
      currency: {type: string, values: [EUR, USDMORE], required: true}
      email:    {type: string, pattern: '.+@.+', redact: hash}
      password: {type: string, required: true}
      card:     {type: object, redact: drop}
      card.no:  {type: string, required: true}
      total:    {type: double, min: 0}
    record: [{metric: orders}]
`

// quarantining is a service with a sink in memory.
type quarantining struct {
	*service
	sink  *memsink.Sink
	store *eventstore.Store
}

func startQuarantining(t *testing.T, dir, more string, c eventstore.Config) *quarantining {
	t.Helper()
	return startQuarantiningOf(t, strings.ReplaceAll(quarantineMap, "MORE", more), dir, c)
}

func startQuarantiningOf(t *testing.T, text, dir string, c eventstore.Config) *quarantining {
	t.Helper()
	return startQuarantiningOn(t, text, dir, c, func(s eventstore.Sink) eventstore.Sink { return s })
}

// startQuarantiningOn starts it with another sink before the one in memory.
func startQuarantiningOn(t *testing.T, text, dir string, c eventstore.Config, before func(eventstore.Sink) eventstore.Sink) *quarantining {
	t.Helper()
	q := &quarantining{sink: memsink.New(), service: &service{t: t, log: new(servicetest.Log), dir: dir}}
	q.eventMap = servicetest.Map(t, text)
	c.Dir, c.Logger = dir, q.log.Logger()
	var err error
	if q.store, err = eventstore.Open(t.Context(), before(q.sink), c); err != nil {
		t.Fatal(err)
	}
	q.run(otelanalytics.WithStore(q.store), contractKey)
	return q
}

// lines returns the data of what is in quarantine, as JSON, with what is said of them.
func (q *quarantining) lines() (all []string) {
	q.t.Helper()
	q.flush()
	for e, err := range q.store.ReadQuarantine() {
		if err != nil || !e.Refused || e.Reason != "event_map" || e.Problem != "" {
			q.t.Fatalf("%+v, %v", e, err)
		}
		data := bson.Raw(e.Document).Lookup("event_data").Document()
		text, _ := bson.MarshalExtJSON(data, false, false)
		all = append(all, string(text)+": "+e.Message)
	}
	return all
}

func (q *quarantining) track(data any, options ...otelanalytics.TrackOption) error {
	return q.client.Track(q.t.Context(), otelanalytics.Event{Type: "paid", Data: data}, options...)
}

func (q *quarantining) replay() eventstore.ReplayResult {
	q.t.Helper()
	r, err := q.client.ReplayQuarantine(q.t.Context())
	if err != nil {
		q.t.Fatal(err)
	}
	q.flush()
	q.balanced()
	return r
}

// wrong violates a rule. Its email, password and card are redacted.
func wrong(currency string) bson.D {
	return bson.D{
		{Key: "currency", Value: currency},
		{Key: "email", Value: "s3cret@x"},
		{Key: "password", Value: "s3cret"},
		{Key: "card", Value: bson.D{{Key: "no", Value: "s3cret"}}},
	}
}

// TestQuarantineOfEveryDoor: the event is kept, redacted, with what is wrong. The sink and the metrics do not have it.
func TestQuarantineOfEveryDoor(t *testing.T) {
	for _, d := range doors() {
		if strings.Contains(d.name, "typed") {
			continue // which takes a map
		}
		q := startQuarantining(t, t.TempDir(), "", eventstore.Config{})
		var o otelanalytics.Outcome
		if err := d.track(t.Context(), q.client, otelanalytics.Event{Type: "paid", Data: wrong("s3cret")}, otelanalytics.WithOutcome(&o)); err != nil {
			t.Fatalf("%s: %v", d.name, err)
		}
		if o.Result != otelanalytics.ResultQuarantined || o.Result.String() != "quarantined" || o.ID == (otelanalytics.EventID{}) {
			t.Errorf("%s: %+v", d.name, o)
		}
		err := d.track(t.Context(), q.client, otelanalytics.Event{Type: "paid", Data: wrong("s3cret")}, otelanalytics.WithAck(otelanalytics.AckStored))
		if !errors.Is(err, otelanalytics.ErrQuarantined) {
			t.Errorf("%s: AckStored waited for %v", d.name, err)
		}
		lines := q.lines()
		if len(lines) != 2 || !strings.HasSuffix(lines[0], `: event_data.currency is none of the values that the event map lists`) ||
			strings.Count(strings.Join(lines, ""), "s3cret") != 2 { // the value that is not redacted
			t.Errorf("%s: %q", d.name, lines)
		}
		q.balanced()
		q.has(`otelanalytics_events_quarantined_total{event_type="paid",reason="event_map"} 2`, `otelanalytics_events_accepted_total{event_type="paid"} 2`,
			`otelanalytics_events_violations_total{event_type="paid",field="currency",rule="values"} 2`)
		recorded := map[string]bool{}
		for line := range strings.Lines(servicetest.Lines(q.page(""), "orders_total")) {
			recorded[line[strings.LastIndexByte(line, ' '):]] = true // zeros alone
		}
		delivered := slices.ContainsFunc(q.sink.Events(), func(e eventstore.Event) bool { return e.Type == "paid" })
		if text := q.page(""); delivered || len(recorded) != 1 || !strings.Contains(q.log.String(), "it goes into quarantine") {
			t.Errorf("%s: the sink has it: %v, the page:\n%s\nthe log:\n%s", d.name, delivered, servicetest.Lines(text, "orders"), q.log)
		}
	}
}

// TestReplayOfViolations: what a corrected map allows is put back, and recorded once. What is redacted is not checked.
func TestReplayOfViolations(t *testing.T) {
	dir := t.TempDir()
	q := startQuarantining(t, dir, "", eventstore.Config{})
	for _, currency := range []string{"CHF", "XXX", "CHF"} {
		if err := q.track(wrong(currency)); err != nil {
			t.Fatal(err)
		}
	}
	if err := q.track(wrong("CHF"), otelanalytics.WithoutMetrics()); err != nil {
		t.Fatal(err)
	}
	q.flush()
	if got := q.replay(); got.Replayed != 0 || got.Unchecked != 4 {
		t.Errorf("under the same map: %+v", got)
	}
	if err := q.client.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}

	q = startQuarantining(t, dir, ", CHF", eventstore.Config{})
	if r, err := q.store.ReplayQuarantine(t.Context()); err != nil || r.Replayed != 0 || r.Unchecked != 4 {
		t.Errorf("without a map: %+v, %v", r, err)
	}
	// The lines cannot be removed, and the events are in the journal: they are replayed again, and not recorded again.
	obstacle := filepath.Join(dir, "quarantine.jsonl.tmp")
	if err := os.MkdirAll(filepath.Join(obstacle, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := q.client.ReplayQuarantine(t.Context()); err == nil || !strings.Contains(err.Error(), "the lines stay") {
		t.Errorf("lines that cannot be removed: %v", err)
	}
	if err := os.RemoveAll(obstacle); err != nil {
		t.Fatal(err)
	}
	if got := q.replay(); got.Replayed != 3 || got.Unchecked != 1 {
		t.Errorf("%+v", got)
	}
	if got := q.replay(); got.Replayed != 0 || got.Unchecked != 1 {
		t.Errorf("again: %+v", got)
	}
	q.has(`orders_total{currency="CHF"} 2`)
	ids := map[[16]byte]bool{}
	for _, e := range q.sink.Events() {
		ids[e.ID] = true
	}
	if lines := q.lines(); len(ids) != 3 || len(lines) != 1 || !strings.Contains(lines[0], "XXX") {
		t.Errorf("the sink has %d of 3; in quarantine: %q", len(ids), lines)
	}
}

// TestKeysOfViolations: the key of an event in quarantine is free, and who comes second is not recorded.
func TestKeysOfViolations(t *testing.T) {
	dir := t.TempDir()
	q := startQuarantining(t, dir, "", eventstore.Config{})
	event := func(key, currency string) otelanalytics.Event {
		return otelanalytics.Event{Type: "paid", UserID: "u", Key: key, Data: wrong(currency)}
	}
	var o []otelanalytics.Outcome
	batch := []otelanalytics.Event{event("a", "CHF"), event("a", "EUR"), event("a", "EUR"), event("b", "CHF")}
	if err := q.client.TrackBatch(t.Context(), batch, otelanalytics.WithOutcomes(&o)); err != nil {
		t.Fatal(err)
	}
	var results []string
	for i := range o {
		results = append(results, o[i].Result.String())
	}
	if diff := cmp.Diff([]string{"quarantined", "accepted", "duplicate", "quarantined"}, results); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	q.flush()
	q.balanced()
	if err := q.client.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}

	q = startQuarantining(t, dir, ", CHF", eventstore.Config{})
	if err := q.client.Track(t.Context(), event("a", "EUR")); err != nil { // of another process
		t.Fatal(err)
	}
	if got := q.replay(); got.Replayed != 2 {
		t.Errorf("%+v", got)
	}
	if err := q.client.Track(t.Context(), event("b", "CHF"), otelanalytics.WithOutcomes(&o)); err != nil || o[0].Result != otelanalytics.ResultDuplicate {
		t.Errorf("a retry of what was replayed: %v, %v", err, o)
	}
	q.has(`orders_total{currency="CHF"} 1`, `orders_total{currency="EUR"} 1`)
}

// TestFullQuarantineRefuses an event, and no other of its batch.
func TestFullQuarantineRefuses(t *testing.T) {
	q := startQuarantining(t, t.TempDir(), "", eventstore.Config{QuarantineBytes: eventstore.MinQuarantineBytes})
	large := append(wrong("CHF"), bson.E{Key: "pad", Value: strings.Repeat("x", 800_000)})
	if err := q.track(large); err != nil {
		t.Fatal(err)
	}
	err := q.client.TrackBatch(t.Context(), []otelanalytics.Event{{Type: "paid", Data: large}, {Type: "paid", Data: wrong("EUR")}, {Type: "paid", Data: wrong("CHF")}})
	batch, ok := errors.AsType[*otelanalytics.BatchError](err)
	if !ok || len(batch.Errors) != 1 || !errors.Is(batch.Errors[0].Err, otelanalytics.ErrQuarantineFull) {
		t.Errorf("%v", err)
	}
	q.flush()
	q.balanced()
	q.has(`otelanalytics_events_rejected_total{event_type="paid",reason="quarantine_full"} 1`, `orders_total{currency="EUR"} 1`)
	if n := len(q.lines()); n != 2 {
		t.Errorf("%d in quarantine, want 2", n)
	}
}

// TestNoQuarantineWithoutAStore: what nothing can keep is refused, as with reject.
func TestNoQuarantineWithoutAStore(t *testing.T) {
	s := startWithoutStoreOf(t, strings.ReplaceAll(quarantineMap, ", redact: hash", ", redact: drop"))
	for name, err := range map[string]error{
		"track":  s.client.Track(t.Context(), otelanalytics.Event{Type: "paid", Data: wrong("XXX")}),
		"record": s.client.Record(t.Context(), "paid", wrong("XXX")),
	} {
		if told(t, err) != "values currency" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if r, err := s.client.ReplayQuarantine(t.Context()); err != nil || r != (eventstore.ReplayResult{}) {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestKeysOfViolationsOfADeadProcess: who tracks the key again waits for an event of its own process.
func TestKeysOfViolationsOfADeadProcess(t *testing.T) {
	dir := eventstore.DirAuto + ":" + t.TempDir()
	q := startQuarantining(t, dir, "", eventstore.Config{})
	for range 5 {
		if err := q.track(wrong("EUR")); err != nil {
			t.Fatal(err)
		}
	}
	retried := otelanalytics.Event{Type: "paid", UserID: "u", Key: "a", Data: wrong("CHF")}
	if err := q.client.Track(t.Context(), retried); err != nil {
		t.Fatal(err)
	}
	q.flush()
	earlier := q
	q = startQuarantining(t, dir, ", CHF", eventstore.Config{}) // which has a directory of its own
	if err := earlier.client.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := q.replay(); got.Replayed != 1 {
		t.Errorf("%+v", got)
	}
	q.has(`orders_total{currency="CHF"} 1`)
	for _, ack := range []otelanalytics.Ack{otelanalytics.AckStored, otelanalytics.AckSynced} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := q.client.Track(ctx, retried, otelanalytics.WithAck(ack)); err != nil {
			t.Errorf("%v: %v", ack, err)
		}
	}
	q.flush()
	q.balanced()
}

// TestNamesWithinRedactedObjects: the names of fields in an object that is redacted are part of its value. They are in no error and
// in no quarantine.
func TestNamesWithinRedactedObjects(t *testing.T) {
	const redacting = `
version: 1
on_violation: MODE
redact: ["teams.*"]
events:
  paid:
    additional: violate
    data:
      card:     {type: object, redact: drop}
      card.no:  {type: string}
      teams:    {type: object}
      teams.no: {type: string}
      open:     {type: object}
      open.no:  {type: string}
`
	inner := bson.D{{Key: "s3cret@example.com", Value: 1}}
	data := bson.D{{Key: "card", Value: inner}, {Key: "teams", Value: inner}, {Key: "open", Value: bson.D{{Key: "more", Value: 1}}}}
	want := "event_data.card.* is not declared by the event map; event_data.teams.* is not declared by the event map; event_data.open.more is not declared by the event map"
	q := startQuarantiningOf(t, strings.ReplaceAll(redacting, "MODE", "quarantine"), t.TempDir(), eventstore.Config{})
	if err := q.track(data); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Join(q.lines(), ""); strings.Contains(lines, "s3cret") || !strings.HasSuffix(lines, want) {
		t.Errorf("in quarantine: %s", lines)
	}
	q = startQuarantiningOf(t, strings.ReplaceAll(redacting, "MODE", "reject"), t.TempDir(), eventstore.Config{})
	if err := q.track(data); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("%v", err)
	}
}

// TestReplayDoesNotAskForWhatIsRedactedInEntries by paths through arrays, with an index or a star in the place of one.
func TestReplayDoesNotAskForWhatIsRedactedInEntries(t *testing.T) {
	for _, path := range []string{"items.*.email", "items.0.email", "items.email"} {
		t.Run(path, func(t *testing.T) {
			dir := t.TempDir()
			const redacting = `
version: 1
on_violation: quarantine
redact: ["PATH"]
events:
  paid:
    data:
      currency:    {type: string, values: [EURMORE]}
      items:       {type: array}
      items.email: {type: string, required: true}
`
			start := func(more string) *quarantining {
				return startQuarantiningOf(t, strings.NewReplacer("PATH", path, "MORE", more).Replace(redacting), dir, eventstore.Config{})
			}
			q := start("")
			if err := q.track(bson.D{{Key: "currency", Value: "CHF"}, {Key: "items", Value: bson.A{bson.D{{Key: "email", Value: "s3cret"}}}}}); err != nil {
				t.Fatal(err)
			}
			if lines := strings.Join(q.lines(), ""); lines == "" || strings.Contains(lines, "s3cret") {
				t.Fatalf("in quarantine: %s", lines)
			}
			if err := q.client.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			q = start(", CHF")
			if got := q.replay(); got.Replayed != 1 || got.Unchecked != 0 {
				t.Errorf("%+v", got)
			}
		})
	}
}
