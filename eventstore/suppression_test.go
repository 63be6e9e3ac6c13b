// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// banned is a list of suppressed users in memory.
type banned struct {
	mu        sync.Mutex
	users     map[string]bool
	err       error // of Refresh
	held      bool  // nothing may be delivered after err
	panics    bool
	refreshes []time.Time
}

func ban(users ...string) *banned {
	b := &banned{users: map[string]bool{}}
	for _, u := range users {
		b.users[u] = true
	}
	return b
}

func (b *banned) change(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f()
}

func (b *banned) add(user string) { b.change(func() { b.users[user] = true }) }

func (b *banned) Refresh(context.Context) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refreshes = append(b.refreshes, time.Now())
	return !b.held, b.err
}

func (b *banned) Suppressed(user string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.panics {
		panic("s3cret")
	}
	return b.users[user]
}

func (b *banned) asked() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.refreshes)
}

func eventOf(t testing.TB, user string) eventstore.Event {
	t.Helper()
	return event(t, bson.E{Key: "user_id", Value: user})
}

// users counts the delivered events by user.
func users(s *memsink.Sink) map[string]int {
	n := map[string]int{}
	for _, e := range s.Events() {
		n[bson.Raw(e.Document).Lookup("user_id").StringValue()]++
	}
	return n
}

// wantSuppressed checks that two events of ada are gone, that bob's two were delivered, and the sum.
func wantSuppressed(t *testing.T, s *eventstore.Store, sink *memsink.Sink) {
	t.Helper()
	if n := users(sink); n["ada"] != 0 || n["bob"] != 2 {
		t.Errorf("delivered %v, want 2 of bob alone", n)
	}
	if st := s.Stats(); st.Suppressed["e"] != 2 || st.Stored["e"] != 2 {
		t.Errorf("%+v, want 2 suppressed and 2 stored", st)
	}
	balanced(t, s)
}

func addFour(t *testing.T, s *eventstore.Store) {
	t.Helper()
	for _, user := range []string{"ada", "bob", "bob", "ada"} {
		add(t, s, eventOf(t, user))
	}
}

// What waits in the journal is suppressed when its user is, wherever it waits.
func TestSuppressedWhileWaiting(t *testing.T) {
	out := errors.New("out")
	for _, tt := range []struct {
		name string
		run  func(t *testing.T, list *banned) (*eventstore.Store, *memsink.Sink)
	}{
		{"in the journal of an earlier process", func(t *testing.T, list *banned) (*eventstore.Store, *memsink.Sink) {
			dir := t.TempDir()
			s := openOn(t, newGate(), eventstore.Config{Dir: dir})
			addFour(t, s)
			_ = s.Shutdown(canceled())
			list.add("ada")
			sink := memsink.New()
			return openOn(t, sink, eventstore.Config{Dir: dir, Suppression: list}), sink
		}},
		{"while nothing may be delivered", func(t *testing.T, list *banned) (*eventstore.Store, *memsink.Sink) {
			list.held, list.err = true, errors.New("not read yet")
			sink := memsink.New()
			s := openOn(t, sink, eventstore.Config{Suppression: list})
			addFour(t, s)
			list.add("ada")
			list.change(func() { list.held, list.err = false, nil })
			return s, sink
		}},
		{"for a sink that was out", func(t *testing.T, list *banned) (*eventstore.Store, *memsink.Sink) {
			sink := new(scripted)
			sink.answer = func(call int, _ []eventstore.Event) ([]eventstore.Verdict, error, bool) {
				list.add("ada")
				return nil, out, call < 2
			}
			s := openOn(t, sink, eventstore.Config{Suppression: list, BatchSize: 10})
			if _, _, err := s.AppendBatch(t.Context(), []eventstore.Event{eventOf(t, "ada"), eventOf(t, "bob"), eventOf(t, "bob"), eventOf(t, "ada")}, eventstore.AckWritten); err != nil {
				t.Fatal(err)
			}
			return s, &sink.memory
		}},
		{"because the sink doubts it", func(t *testing.T, list *banned) (*eventstore.Store, *memsink.Sink) {
			sink := new(scripted)
			sink.answer = func(call int, events []eventstore.Event) ([]eventstore.Verdict, error, bool) {
				list.add("ada")
				verdicts := make([]eventstore.Verdict, len(events))
				for i := range verdicts {
					verdicts[i].Outcome = eventstore.Doubtful
				}
				return verdicts, nil, call == 0
			}
			s := openOn(t, sink, eventstore.Config{Suppression: list, BatchSize: 10})
			if _, _, err := s.AppendBatch(t.Context(), []eventstore.Event{eventOf(t, "ada"), eventOf(t, "bob"), eventOf(t, "bob"), eventOf(t, "ada")}, eventstore.AckWritten); err != nil {
				t.Fatal(err)
			}
			return s, &sink.memory
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, sink := tt.run(t, ban())
			flush(t, s)
			wantSuppressed(t, s, sink)
		})
	}
}

func TestWaitForASuppressedEvent(t *testing.T) {
	list := ban("ada")
	s := openOn(t, memsink.New(), eventstore.Config{Suppression: list})
	receipt, err := s.Append(t.Context(), eventOf(t, "ada"), eventstore.AckStored)
	if err != nil {
		t.Fatal(err)
	}
	if err := receipt.Wait(t.Context()); !errors.Is(err, eventstore.ErrSuppressed) {
		t.Errorf("one event: %v, want ErrSuppressed", err)
	}
	if err := s.Await(receipt.Seq(), eventstore.AckStored).Wait(t.Context()); !errors.Is(err, eventstore.ErrSuppressed) {
		t.Errorf("asked later: %v, want ErrSuppressed", err)
	}
	_, receipt, err = s.AppendBatch(t.Context(), []eventstore.Event{eventOf(t, "bob"), eventOf(t, "ada"), eventOf(t, "bob")}, eventstore.AckStored)
	if err != nil {
		t.Fatal(err)
	}
	if err := receipt.Wait(t.Context()); !errors.Is(err, eventstore.ErrSuppressed) {
		t.Errorf("a batch: %v, want ErrSuppressed", err)
	}
	balanced(t, s)
}

// A user who is suppressed while the sink refuses the event leaves nothing in quarantine, whether its file can be written or
// not.
func TestSuppressedOnTheWayToQuarantine(t *testing.T) {
	for _, writable := range []bool{true, false} {
		t.Run(map[bool]string{true: "file can be written", false: "file cannot be written"}[writable], func(t *testing.T) {
			list, dir := ban(), t.TempDir()
			path := filepath.Join(dir, "quarantine.jsonl")
			if !writable {
				if err := os.Mkdir(path, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			sink := new(scripted)
			sink.answer = func(_ int, events []eventstore.Event) ([]eventstore.Verdict, error, bool) {
				if writable {
					list.add("ada")
				}
				v, err := refusing{}.Deliver(t.Context(), events)
				return v, err, true
			}
			s := openOn(t, sink, eventstore.Config{Dir: dir, Suppression: list})
			addFour(t, s)
			if !writable {
				eventually(t, func() bool { <-time.After(time.Millisecond); return s.Stats().Errors["quarantine"] > 0 })
				list.add("ada")
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			}
			flush(t, s)
			wantOneLineEach(t, dir, 2)
			text, err := os.ReadFile(path)
			if err != nil || bytes.Contains(text, []byte("ada")) {
				t.Errorf("%v, the file has:\n%s", err, text)
			}
			if st := s.Stats(); st.Suppressed["e"] != 2 || queuetest.Sum(st.Quarantined) != 2 {
				t.Errorf("%+v, want 2 suppressed and 2 quarantined", st)
			}
			balanced(t, s)
		})
	}
}

// A replay removes the lines of suppressed users, also those that no replay puts back.
func TestReplayOfSuppressedUsers(t *testing.T) {
	list, dir := ban(), t.TempDir()
	s := openOn(t, refusing{}, eventstore.Config{Dir: dir})
	addFour(t, s)
	flush(t, s)
	if err := shutdown(t, s, time.Minute); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "quarantine.jsonl")
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(`{"id":"not the document's","document":{"_id":{"$numberInt":"1"},"user_id":"ada"}}` + "\nnot JSON\n"); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	list.add("ada")
	sink := memsink.New()
	s = openOn(t, sink, eventstore.Config{Dir: dir, Suppression: list})
	r, err := s.ReplayQuarantine(t.Context())
	if want := (eventstore.ReplayResult{Replayed: 2, Left: 1, Suppressed: 3}); r != want || err != nil {
		t.Errorf("%+v, %v, want %+v", r, err, want)
	}
	flush(t, s)
	if n := users(sink); n["ada"] != 0 || n["bob"] != 2 {
		t.Errorf("delivered %v, want 2 of bob alone", n)
	}
	if text, err := os.ReadFile(path); string(text) != "not JSON\n" || err != nil {
		t.Errorf("%v, left is\n%s", err, text)
	}
	balanced(t, s)
}

// The list is refreshed every minute and a bit, and before a delivery that finds it older than that. Errors do not end it.
func TestRefreshingTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		list, sink := ban(), memsink.New()
		var log servicetest.Log
		s := openOn(t, sink, eventstore.Config{Suppression: list, Logger: log.Logger()})
		synctest.Wait()
		time.Sleep(10 * time.Minute)
		if n := list.asked(); n < 9 || n > 12 {
			t.Errorf("%d refreshes in ten minutes, want one a minute", n)
		}
		list.change(func() { list.err = errors.New("no plank") })
		time.Sleep(5 * time.Minute)
		if n := s.Stats().Errors["suppression"]; n < 4 || n > 6 {
			t.Errorf("%d errors in five minutes, want one a minute", n)
		}
		add(t, s, eventOf(t, "bob"))
		flush(t, s) // the list is usable
		list.change(func() { list.held = true })
		time.Sleep(5 * time.Minute)
		add(t, s, eventOf(t, "bob"))
		time.Sleep(5 * time.Minute)
		if st := s.Stats(); st.Pending != 1 {
			t.Errorf("%d pending, want 1: the list is not usable", st.Pending)
		}
		list.change(func() { list.held, list.err = false, nil })
		list.add("bob")
		flush(t, s)
		if err := s.RefreshSuppression(t.Context()); err != nil {
			t.Error(err)
		}
		if st := s.Stats(); st.Suppressed["e"] != 1 || len(sink.Events()) != 1 {
			t.Errorf("%+v, and %d delivered", st, len(sink.Events()))
		}
		balanced(t, s)
		if text := log.String(); strings.Count(text, "cannot be read; users") != 1 || !strings.Contains(text, "no plank") || strings.Count(text, "can be read again") != 1 {
			t.Errorf("the log should tell once that the list cannot be read, and of its end:\n%s", text)
		}
		if err := shutdown(t, s, time.Minute); err != nil {
			t.Error(err)
		}
		if err := s.RefreshSuppression(t.Context()); !errors.Is(err, eventstore.ErrClosed) {
			t.Errorf("after shutdown: %v, want ErrClosed", err)
		}
	})
}

// TestSuppressedAnonymousID: it is asked about where nobody is signed in.
func TestSuppressedAnonymousID(t *testing.T) {
	sink := memsink.New()
	s := openOn(t, sink, eventstore.Config{Suppression: ban("browser")})
	for _, of := range [][2]string{{"", "browser"}, {"bob", "browser"}, {"", "bob"}, {"", ""}} {
		add(t, s, event(t, bson.E{Key: "user_id", Value: of[0]}, bson.E{Key: "anonymous_id", Value: of[1]}))
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if st := s.Stats(); st.Suppressed["e"] != 1 || st.Stored["e"] != 3 {
		t.Errorf("%+v, want 1 suppressed and 3 stored", st)
	}
}

func TestSuppressedUsers(t *testing.T) {
	s := openOn(t, memsink.New(), eventstore.Config{Suppression: ban("ada", "", "J\uFFFDrg")})
	for user, want := range map[string]bool{"ada": true, "Ada": false, "": false, "J\xf6rg": true} {
		if got := s.Suppressed(user); got != want {
			t.Errorf("%q: %v, want %v", user, got, want)
		}
	}
	none := openOn(t, memsink.New(), eventstore.Config{})
	if !s.Suppressing() || none.Suppressing() || none.Suppressed("ada") {
		t.Error("a store without a list suppresses, or one with a list does not")
	}
	if err := none.RefreshSuppression(t.Context()); err != nil {
		t.Error(err)
	}
}

// A list that panics holds up deliveries, and neither the process nor Track.
func TestListThatPanics(t *testing.T) {
	list, sink := ban(), memsink.New()
	list.panics = true
	var log servicetest.Log
	s := openOn(t, sink, eventstore.Config{Suppression: list, Logger: log.Logger()})
	add(t, s, eventOf(t, "bob"))
	eventually(t, func() bool { <-time.After(time.Millisecond); return s.Stats().Errors["suppression"] > 0 })
	if st := s.Stats(); st.Pending != 1 || s.Suppressed("bob") || strings.Contains(log.String(), "s3cret") {
		t.Errorf("%+v\n%s", st, &log)
	}
	list.change(func() { list.panics = false })
	flush(t, s)
	balanced(t, s)
}
