// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
)

// refusedEvent is an event that its caller has put into quarantine.
func refusedEvent(t testing.TB, n int, fields ...bson.E) eventstore.Event {
	e := event(t, append(fields, bson.E{Key: "n", Value: n})...)
	e.Refusal = &eventstore.Refusal{Reason: "wrong", Message: fmt.Sprint("number ", n)}
	return e
}

// lines returns the messages of the refused events in quarantine, by their numbers.
func lines(t testing.TB, s *eventstore.Store) map[int64]string {
	t.Helper()
	all := map[int64]string{}
	for e, err := range s.ReadQuarantine() {
		n := number(eventstore.Event{Document: e.Document})
		if err != nil || e.Problem != "" || !e.Refused || e.Reason != "wrong" || all[n] != "" {
			t.Fatalf("%+v, %v", e, err)
		}
		all[n] = e.Message
	}
	return all
}

// TestEventsWithRefusals are in quarantine, beside others that are delivered: no sink and no consumer has them.
func TestEventsWithRefusals(t *testing.T) {
	sink, consumer := memsink.New(), memsink.NewConsumer("copy")
	s := openOn(t, sink, eventstore.Config{Consumers: []eventstore.Consumer{consumer.Consumer()}})
	var unstored []eventstore.Unstored
	s.OnUnstored(func(u []eventstore.Unstored) { unstored = append(unstored, u...) })
	mixed := []eventstore.Event{event(t), refusedEvent(t, 1), event(t), refusedEvent(t, 2)}
	if err := addBatch(t, s, mixed, eventstore.AckStored).Wait(t.Context()); !errors.Is(err, eventstore.ErrQuarantined) {
		t.Errorf("the batch waited for %v", err)
	}
	r, err := s.Append(t.Context(), refusedEvent(t, 3), eventstore.AckStored)
	if waited := r.Wait(t.Context()); err != nil || !errors.Is(waited, eventstore.ErrQuarantined) {
		t.Errorf("%v, %v", err, waited)
	}
	flush(t, s)
	if err := s.FlushConsumers(t.Context()); err != nil {
		t.Fatal(err)
	}
	balanced(t, s)
	st := s.Stats()
	if st.Accepted != 5 || queuetest.Sum(st.Stored) != 2 || st.Quarantined[eventstore.QuarantineKey{Type: mixed[1].Type, Reason: "wrong"}] != 3 {
		t.Errorf("%+v", st)
	}
	if got := fmt.Sprint(lines(t, s)); got != "map[1:number 1 2:number 2 3:number 3]" {
		t.Errorf("in quarantine: %s", got)
	}
	if len(sink.Events()) != 2 || len(consumer.Events()) != 2 || len(unstored) != 3 {
		t.Errorf("the sink has %d, the consumer %d of 2; %d of 3 were told", len(sink.Events()), len(consumer.Events()), len(unstored))
	}
}

// TestEventsWithRefusalsAreReplayed when somebody says that they may be, and once.
func TestEventsWithRefusalsAreReplayed(t *testing.T) {
	sink := memsink.New()
	s := openOn(t, sink, eventstore.Config{})
	for n := range 4 {
		add(t, s, refusedEvent(t, n+1))
	}
	flush(t, s)
	if r, err := s.ReplayQuarantine(t.Context()); err != nil || r != (eventstore.ReplayResult{Unchecked: 4}) {
		t.Errorf("without a check: %+v, %v", r, err)
	}
	even := func(e eventstore.Event) bool {
		return e.Refusal != nil && e.Refusal.Reason == "wrong" && number(e)%2 == 0
	}
	var told []string
	put := func(e eventstore.Event, seq uint64) {
		if e.Refusal != nil {
			t.Error("it is put back with its refusal")
		}
		told = append(told, fmt.Sprint(number(e), "@", seq))
	}
	if r, err := s.ReplayQuarantine(t.Context(), eventstore.ReplayRefused(even, put)); err != nil || r != (eventstore.ReplayResult{Replayed: 2, Unchecked: 2}) {
		t.Errorf("of the even ones: %+v, %v", r, err)
	}
	flush(t, s)
	balanced(t, s)
	if got := fmt.Sprint(lines(t, s), told); got != "map[1:number 1 3:number 3] [2@5 4@6]" || len(sink.Events()) != 2 {
		t.Errorf("%s; the sink has %d of 2", got, len(sink.Events()))
	}
	all := func(eventstore.Event) bool { return true }
	if r, err := s.ReplayQuarantine(t.Context(), nil, eventstore.ReplayRefused(all, nil)); err != nil || r.Replayed != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	flush(t, s)
	balanced(t, s)
	if st := s.Stats(); st.Recovered != 4 || queuetest.Sum(st.Stored) != 4 || len(lines(t, s)) != 0 {
		t.Errorf("%+v", st)
	}
}

// TestQuarantineIsBounded for events with a refusal: room is taken before they are accepted, and given back.
func TestQuarantineIsBounded(t *testing.T) {
	away := new(away)
	s := openOn(t, away, eventstore.Config{QuarantineBytes: eventstore.MinQuarantineBytes, MemoryBytes: 8 * eventstore.MinQuarantineBytes})
	pad := bson.E{Key: "pad", Value: strings.Repeat("x", 100_000)}
	accepted := 0
	for err := error(nil); err == nil; accepted++ {
		_, err = s.Append(t.Context(), refusedEvent(t, accepted, pad), eventstore.AckWritten)
		if err != nil && !errors.Is(err, eventstore.ErrQuarantineFull) {
			t.Fatal(err)
		}
	}
	accepted-- // the last was refused
	// Of a batch nothing is accepted, and none of its room stays taken.
	n, _, err := s.AppendBatch(t.Context(), []eventstore.Event{event(t), refusedEvent(t, 100), refusedEvent(t, 101, pad)}, eventstore.AckWritten)
	if n != 0 || !errors.Is(err, eventstore.ErrQuarantineFull) || !strings.Contains(err.Error(), "event 2 of the batch") {
		t.Errorf("%d, %v", n, err)
	}
	add(t, s, event(t)) // who has no refusal needs no room
	away.back.Store(true)
	flush(t, s)
	if got := len(lines(t, s)); got != accepted || accepted != 10 {
		t.Errorf("%d accepted, %d in quarantine", accepted, got)
	}
	if err := s.Maintain(t.Context(), func(m *eventstore.Maintenance) error {
		_, err := m.RemoveQuarantined(func(e eventstore.QuarantinedEvent) bool { return true })
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for n := range accepted {
		add(t, s, refusedEvent(t, n, pad))
		flush(t, s)
	}
	balanced(t, s)
}

// TestEventsWithRefusalsGiveRoomBack: they give the room back that an append had taken.
func TestEventsWithRefusalsGiveRoomBack(t *testing.T) {
	s := openOn(t, memsink.New(), eventstore.Config{JournalBytes: eventstore.MinJournalBytes, QuarantineBytes: 10 << 20, MemoryBytes: 80 << 20})
	large := bson.E{Key: "pad", Value: strings.Repeat("x", 9<<19)}
	for range 2 { // more than there is room for, if it stayed taken
		_, err := s.Append(t.Context(), refusedEvent(t, 1, large), eventstore.AckWritten)
		if tested() == eventstore.Disk && !errors.Is(err, eventstore.ErrTooLarge) {
			t.Fatal(err)
		}
		n, _, err := s.AppendBatch(t.Context(), []eventstore.Event{refusedEvent(t, 1, large)}, eventstore.AckWritten)
		if tested() == eventstore.Disk && (n != 0 || !errors.Is(err, eventstore.ErrTooLarge)) {
			t.Fatal(n, err)
		}
	}
}

// TestCrashWithRefusals kills a process at every operation on the journal's files. Each event that was accepted is in the sink
// or in quarantine afterwards, once, and on its own side.
func TestCrashWithRefusals(t *testing.T) {
	if tested() != eventstore.Disk {
		t.Skip("a store in memory does not outlive its process")
	}
	for at, crashed := 0, true; crashed; at++ {
		dir := t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			files := faultfs.New()
			files.CrashAt(at)
			sink := memsink.New()
			var accepted []int
			s, err := eventstore.OpenOn(sink, crashConfig(dir, memsink.New()), files)
			for n := 1; err == nil && n <= 12; n++ {
				e := numbered(n)
				doc, err := bson.Marshal(bson.D{{Key: "_id", Value: bson.Binary{Subtype: 4, Data: e.ID[:]}}, {Key: "n", Value: n}})
				if err != nil {
					t.Fatal(err)
				}
				if e.Document = doc; n%3 == 0 {
					e.Refusal = &eventstore.Refusal{Reason: "wrong", Message: "of three"}
				}
				if _, err := s.Append(t.Context(), e, eventstore.AckSynced); err == nil {
					accepted = append(accepted, n)
				}
				if n%4 == 0 {
					synctest.Wait()
				}
			}
			if err == nil {
				shutdown(t, s, time.Second)
			}
			crashed = files.Crashed()
			next := memsink.New()
			s, err = eventstore.OpenOn(next, crashConfig(dir, memsink.New()), files.After(faultfs.Kill(), 1))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Shutdown(t.Context())
			flush(t, s)
			balanced(t, s)
			inSink := map[int]bool{}
			for _, e := range append(sink.Events(), next.Events()...) {
				inSink[numberOf(e)] = true
			}
			inQuarantine := lines(t, s)
			for _, n := range accepted {
				if q := inQuarantine[int64(n)] != ""; q != (n%3 == 0) || inSink[n] == q {
					t.Fatalf("operation %d: event %d is in the sink: %v, in quarantine: %v", at, n, inSink[n], q)
				}
			}
		})
	}
}

// TestRefusalsWaitForTheList: as long as the list of suppressed users may not be used, nothing is written of an event, not even
// into quarantine. Then what is of a suppressed user is gone.
func TestRefusalsWaitForTheList(t *testing.T) {
	refused := func(n int, user string) eventstore.Event {
		return refusedEvent(t, n, bson.E{Key: "user_id", Value: user})
	}
	of := []eventstore.Event{refused(1, "ada"), refused(2, "bob"), eventOf(t, "bob")}
	synctest.Test(t, func(t *testing.T) {
		list, sink := ban(), memsink.New()
		list.change(func() { list.held, list.err = true, errors.New("no plank") })
		s := openOn(t, sink, eventstore.Config{Suppression: list})
		addBatch(t, s, of, eventstore.AckWritten)
		time.Sleep(5 * time.Minute)
		if got, st := lines(t, s), s.Stats(); len(got) != 0 || st.Pending != 3 {
			t.Errorf("in quarantine before the list is known: %v, %d pending", got, st.Pending)
		}
		list.add("ada")
		list.change(func() { list.held, list.err = false, nil })
		flush(t, s)
		if got, st := lines(t, s), s.Stats(); len(got) != 1 || got[2] == "" || queuetest.Sum(st.Suppressed) != 1 || len(sink.Events()) != 1 {
			t.Errorf("in quarantine: %v, %+v", got, st)
		}
		balanced(t, s)
		shutdown(t, s, time.Second)
	})
}

// TestRoomOfNamesThatAreCutOff is given back as it was taken: events with long types and reasons take no more than their lines.
func TestRoomOfNamesThatAreCutOff(t *testing.T) {
	s := openOn(t, memsink.New(), eventstore.Config{QuarantineBytes: eventstore.MinQuarantineBytes})
	for n := range 20 {
		e := refusedEvent(t, n)
		e.Type, e.Refusal.Reason = strings.Repeat("tü", 50_000), strings.Repeat("ü", 50_000)
		if _, err := s.Append(t.Context(), e, eventstore.AckWritten); err != nil {
			t.Fatalf("event %d: %v", n, err)
		}
		flush(t, s)
	}
}
