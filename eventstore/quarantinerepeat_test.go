// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
)

// refusing is a sink that refuses every event.
type refusing struct{}

func (refusing) Deliver(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	verdicts := make([]eventstore.Verdict, len(events))
	for i := range verdicts {
		verdicts[i] = eventstore.Verdict{Outcome: eventstore.Refused, Reason: "code_1"}
	}
	return verdicts, nil
}

// linesByID counts the lines of a quarantine file by the id in them.
func linesByID(t *testing.T, dir string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "quarantine.jsonl"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	ids := make(map[string]int)
	for line := range bytes.Lines(text) {
		var q struct{ ID string }
		if err := json.Unmarshal(line, &q); err != nil {
			continue // a process died in mid-line
		}
		ids[q.ID]++
	}
	return ids
}

func wantOneLineEach(t *testing.T, dir string, n int) {
	t.Helper()
	ids := linesByID(t, dir)
	for id, lines := range ids {
		if lines != 1 {
			t.Errorf("%d lines of %s", lines, id)
		}
	}
	if len(ids) != n {
		t.Errorf("%d events have a line, want %d", len(ids), n)
	}
}

// quarantinedIn leaves n refused events in a new directory.
func quarantinedIn(t *testing.T, n int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	s := openOn(t, refusing{}, eventstore.Config{Dir: dir})
	for i := range n {
		if _, err := s.Append(t.Context(), event(t, bson.E{Key: "n", Value: i}), eventstore.AckWritten); err != nil {
			t.Fatal(err)
		}
	}
	flush(t, s)
	if err := shutdown(t, s, time.Minute); err != nil {
		t.Fatal(err)
	}
	wantOneLineEach(t, dir, n)
	return dir
}

// What a kill leaves between any two steps of a replay, or of quarantine, is brought to one line an event by the processes
// that follow, however often they are killed and whichever of them is refused.
func TestOneLineAnEventAfterAKill(t *testing.T) {
	const n = 12
	// killed is what is left of the directory by a process that died when it had lines back in the journal: the first events of
	// the file are in both.
	killed := func(t *testing.T, inBoth int) string {
		dir := quarantinedIn(t, n)
		lines, err := os.ReadFile(filepath.Join(dir, "quarantine.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for range inBoth {
			at += bytes.IndexByte(lines[at:], '\n') + 1
		}
		path := filepath.Join(dir, "quarantine.jsonl")
		if err := os.WriteFile(path, lines[:at], 0o600); err != nil {
			t.Fatal(err)
		}
		sink := newGate()
		s := openOn(t, sink, eventstore.Config{Dir: dir})
		if r, err := s.ReplayQuarantine(t.Context()); err != nil || r.Replayed != int64(inBoth) {
			t.Fatal(r, err)
		}
		_ = s.Shutdown(canceled())
		if err := os.WriteFile(path, lines, 0o600); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	for inBoth := range n + 1 {
		t.Run(fmt.Sprint(inBoth), func(t *testing.T) {
			t.Parallel()
			dir := killed(t, inBoth)
			s := openOn(t, refusing{}, eventstore.Config{Dir: dir})
			flush(t, s)
			wantOneLineEach(t, dir, n)
			for range 2 {
				if r, err := s.ReplayQuarantine(t.Context()); err != nil || r.Replayed != n || r.Left != 0 {
					t.Fatal(r, err)
				}
				flush(t, s)
				wantOneLineEach(t, dir, n)
				balanced(t, s)
			}
			if err := shutdown(t, s, time.Minute); err != nil {
				t.Fatal(err)
			}
			sink := memsink.New()
			s = openOn(t, sink, eventstore.Config{Dir: killed(t, inBoth)})
			if r, err := s.ReplayQuarantine(t.Context()); err != nil || r.Replayed != n {
				t.Fatal(r, err)
			}
			flush(t, s)
			if got := len(sink.Events()); got != n {
				t.Errorf("%d delivered, want %d", got, n)
			}
		})
	}
}

// A file in which an earlier version left lines twice is put in order by the next replay; lines of one id whose documents
// differ are two events, and both stay.
func TestReplayOfLinesThatAreThereTwice(t *testing.T) {
	const n = 5
	dir := quarantinedIn(t, n)
	path := filepath.Join(dir, "quarantine.jsonl")
	lines, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Repeat(lines, 3), 0o600); err != nil {
		t.Fatal(err)
	}
	s := openOn(t, refusing{}, eventstore.Config{Dir: dir})
	if r, err := s.ReplayQuarantine(t.Context()); err != nil || r.Replayed != n {
		t.Fatal(r, err)
	}
	flush(t, s)
	wantOneLineEach(t, dir, n)
	e := event(t, bson.E{Key: "n", Value: "first"})
	other := event(t, bson.E{Key: "n", Value: "other"})
	other.ID = e.ID
	for _, e := range []eventstore.Event{e, other, e} {
		if _, err := s.Append(t.Context(), e, eventstore.AckWritten); err != nil {
			t.Fatal(err)
		}
		flush(t, s)
	}
	if ids := linesByID(t, dir); len(ids) != n+1 || ids[uuid.UUID(e.ID).String()] != 2 {
		t.Errorf("%v, want two lines of one id with two documents", ids)
	}
}

// gated refuses everything, once it is opened.
type gated struct{ open chan struct{} }

func (g gated) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	select {
	case <-g.open:
		return refusing{}.Deliver(ctx, events)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// An event that the journal holds several times, as after replays that died, has one line though it is refused several times
// at once.
func TestRefusedTogether(t *testing.T) {
	dir := quarantinedIn(t, 1)
	sink := gated{make(chan struct{})}
	s := openOn(t, sink, eventstore.Config{Dir: dir})
	if r, err := s.ReplayQuarantine(t.Context()); err != nil || r.Replayed != 1 {
		t.Fatal(r, err)
	}
	e := event(t)
	for range 3 {
		if _, err := s.Append(t.Context(), e, eventstore.AckWritten); err != nil {
			t.Fatal(err)
		}
	}
	close(sink.open)
	flush(t, s)
	wantOneLineEach(t, dir, 2)
}

const replayingIn = "OTELANALYTICS_TEST_REPLAYING_IN"

// TestReplayingProcess is the process that TestKillDuringReplay kills: it replays for as long as it lives.
func TestReplayingProcess(t *testing.T) {
	dir := os.Getenv(replayingIn)
	if dir == "" {
		t.Skip("TestReplayingProcess: started by TestKillDuringReplay")
	}
	s, err := eventstore.Open(context.Background(), refusing{}, eventstore.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("opened")
	for {
		if _, err := s.ReplayQuarantine(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestKillDuringReplay kills processes that replay events which are refused again, at any moment.
func TestKillDuringReplay(t *testing.T) {
	const n = 60
	rounds := 25
	if testing.Short() {
		rounds = 5
	}
	dir := quarantinedIn(t, n)
	for round := range rounds {
		c := exec.Command(os.Args[0], "-test.run=^TestReplayingProcess$")
		c.Env = append(os.Environ(), replayingIn+"="+dir)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		// It has the directory open.
		var said [7]byte
		_, err = io.ReadFull(out, said[:])
		<-time.After(time.Duration(rand.IntN(40_000)) * time.Microsecond)
		_ = c.Process.Kill()
		_ = c.Wait()
		if err != nil || string(said[:]) != "opened\n" {
			t.Fatalf("round %d: the process said %q, %v", round, said, err)
		}
		for id, lines := range linesByID(t, dir) {
			if lines != 1 {
				t.Fatalf("round %d: %d lines of %s", round, lines, id)
			}
		}
	}
	s := openOn(t, refusing{}, eventstore.Config{Dir: dir})
	flush(t, s)
	wantOneLineEach(t, dir, n)
}
