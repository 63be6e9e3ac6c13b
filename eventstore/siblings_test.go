// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// noSink returns a sink that takes nothing: what a store on it accepts is left behind. It has the name of memsink.
func noSink() eventstore.Sink { return new(away) }

// choosy is a sink in memory that refuses events with the number 3.
type choosy struct{ memsink.Sink }

func (p *choosy) Deliver(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	return verdictsOf(events, func(n int64) eventstore.Outcome {
		if n == 3 {
			return eventstore.Refused
		}
		return eventstore.Stored
	}), nil
}

// auto is the setting for directories below a parent.
func auto(parent string) string { return eventstore.DirAuto + ":" + parent }

// dead leaves the directory of a process that died with n events, and returns its path. Events have the numbers from 0 on.
func dead(t *testing.T, parent string, n int, c eventstore.Config) string {
	t.Helper()
	before := dirs(t, parent)
	c.Dir = auto(parent)
	s := openOn(t, noSink(), c)
	addBatch(t, s, batch(t, n), eventstore.AckWritten)
	var own string
	for dir, held := range dirs(t, parent) {
		if held && !before[dir] {
			own = dir
		}
	}
	if err := shutdown(t, s, time.Millisecond); err == nil || own == "" {
		t.Fatalf("the store left %q, %v", own, err)
	}
	return own
}

// deadOnes leaves several, none of which has taken another's directory.
func deadOnes(t *testing.T, parent string, dirs, n int) {
	t.Helper()
	var all []*eventstore.Store
	for range dirs {
		s := openOn(t, noSink(), eventstore.Config{Dir: auto(parent)})
		addBatch(t, s, batch(t, n), eventstore.AckWritten)
		all = append(all, s)
	}
	for _, s := range all {
		_ = shutdown(t, s, time.Millisecond)
	}
}

// dirs returns the data directories, and which of them are in use.
func dirs(t *testing.T, parent string) map[string]bool {
	t.Helper()
	found, err := eventstore.DataDirs(parent)
	if err != nil && !os.IsNotExist(err) && !strings.Contains(err.Error(), "no such file") {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, d := range found {
		all[d.Path] = d.Held
	}
	return all
}

// Each process has a directory of its own, and removes it when it ends with nothing left.
func TestStoresSideBySide(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "new", "parent")
	var sink memsink.Sink
	var all []*eventstore.Store
	for range 5 {
		s := openOn(t, &sink, eventstore.Config{Dir: auto(parent)})
		addBatch(t, s, batch(t, 10), eventstore.AckWritten)
		all = append(all, s)
	}
	if have := dirs(t, parent); len(have) != len(all) {
		t.Errorf("%d stores have the directories %v", len(all), have)
	}
	for _, s := range all {
		if err := shutdown(t, s, time.Minute); err != nil {
			t.Error(err)
		}
		balanced(t, s)
		if st := s.Stats(); st.Accepted != 10 || st.Recovered != 0 {
			t.Errorf("%+v", st)
		}
	}
	if n := len(sink.Events()); n != 50 {
		t.Errorf("the sink has %d events, want 50", n)
	}
	if left, err := os.ReadDir(parent); len(left) > 0 || err != nil {
		t.Errorf("left: %v, %v", left, err)
	}
}

// The next process adopts what dead ones left, one directory after the other, and nothing is left of them.
func TestDeadProcessesAreAdopted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent := t.TempDir()
		deadOnes(t, parent, 12, 10)
		var sink memsink.Sink
		s := openOn(t, &sink, eventstore.Config{Dir: auto(parent)})
		add(t, s, event(t))
		time.Sleep(10 * time.Second) // less than a minute: one is adopted after the other
		synctest.Wait()
		if st := s.Stats(); st.Accepted != 1 || st.Recovered != 120 || queuetest.Sum(st.Stored) != 121 || st.Redelivered != 0 {
			t.Errorf("%+v", st)
		}
		balanced(t, s)
		if have := dirs(t, parent); len(have) != 1 {
			t.Errorf("left: %v", have)
		}
		if err := shutdown(t, s, time.Minute); err != nil {
			t.Error(err)
		}
		if left, _ := os.ReadDir(parent); len(left) > 0 || len(sink.Events()) != 121 {
			t.Errorf("left: %v; the sink has %d events", left, len(sink.Events()))
		}
	})
}

// A process that runs adopts, too, within about a minute. It touches nothing of one that lives.
func TestRunningProcessAdopts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent := t.TempDir()
		var sink memsink.Sink
		s := openOn(t, &sink, eventstore.Config{Dir: auto(parent)})
		alive := openOn(t, noSink(), eventstore.Config{Dir: auto(parent)})
		addBatch(t, alive, batch(t, 7), eventstore.AckWritten)
		time.Sleep(10 * time.Minute)
		if n := len(sink.Events()); n != 0 || len(dirs(t, parent)) != 2 {
			t.Errorf("%d events of a process that lives, directories %v", n, dirs(t, parent))
		}
		balanced(t, alive)
		_ = shutdown(t, alive, time.Millisecond)
		time.Sleep(70 * time.Second)
		synctest.Wait()
		if n := len(sink.Events()); n != 7 || len(dirs(t, parent)) != 1 {
			t.Errorf("%d of 7 events, directories %v", n, dirs(t, parent))
		}
		balanced(t, s)
	})
}

// Without the sink, one directory is adopted and waits. What is pending there is counted, and stays for the next process.
func TestAdoptedWhileTheSinkIsOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent := t.TempDir()
		deadOnes(t, parent, 5, 10)
		var sink away
		s := openOn(t, &sink, eventstore.Config{Dir: auto(parent)})
		time.Sleep(10 * time.Minute)
		st := s.Stats()
		if st.Recovered != 20 || st.Pending != 20 || st.OldestAge < 10*time.Minute || s.Health(t.Context()).Pending != 20 {
			t.Errorf("want its own directory and one more, with 10 events each: %+v", st)
		}
		balanced(t, s)
		began := time.Now()
		if err := shutdown(t, s, time.Second); err == nil || !strings.Contains(err.Error(), "20 in "+parent) || time.Since(began) > 2*time.Second {
			t.Errorf("shutdown took %v: %v", time.Since(began), err)
		}
		balanced(t, s)
		sink.back.Store(true)
		next := openOn(t, &sink, eventstore.Config{Dir: auto(parent)})
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := len(sink.Events()); n != 50 || len(dirs(t, parent)) != 1 {
			t.Errorf("%d of 50 events, directories %v", n, dirs(t, parent))
		}
		balanced(t, next)
	})
}

// What a directory holds beside pending events stays, and is neither opened again and again nor removed.
func TestDirectoriesThatStay(t *testing.T) {
	for _, tt := range []struct {
		name  string
		sink  eventstore.Sink
		leave func(t *testing.T, parent string) (file string) // that stays
	}{
		{"lines of the quarantine file", new(choosy), func(t *testing.T, parent string) string {
			return filepath.Join(dead(t, parent, 10, eventstore.Config{}), "quarantine.jsonl")
		}},
		{"somebody's file", nil, func(t *testing.T, parent string) string {
			file := filepath.Join(dead(t, parent, 10, eventstore.Config{}), "notes")
			return written(t, file)
		}},
		{"somebody's file in the journal", nil, func(t *testing.T, parent string) string {
			file := filepath.Join(dead(t, parent, 10, eventstore.Config{}), "journal", "notes")
			return written(t, file)
		}},
		{"a damaged segment", nil, func(t *testing.T, parent string) string {
			dir := filepath.Join(dead(t, parent, 10, eventstore.Config{}), "journal", "damaged")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			return written(t, filepath.Join(dir, "00000000000000000001.journal"))
		}},
		{"what a consumer that this process does not have needs", nil, func(t *testing.T, parent string) string {
			consumer := memsink.NewConsumer("copies")
			consumer.Fail(errAway)
			return dead(t, parent, 10, eventstore.Config{Consumers: []eventstore.Consumer{consumer.Consumer()}})
		}},
		{"the directory that an earlier process had for itself alone", nil, func(t *testing.T, parent string) string {
			s := openOn(t, noSink(), eventstore.Config{Dir: parent})
			addBatch(t, s, batch(t, 10), eventstore.AckWritten)
			_ = shutdown(t, s, time.Millisecond)
			return filepath.Join(parent, "journal")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				parent := t.TempDir()
				var sink eventstore.Sink = new(memsink.Sink)
				if tt.sink != nil {
					sink = tt.sink
				}
				log := new(servicetest.Log)
				s := openOn(t, sink, eventstore.Config{Dir: auto(parent), Logger: log.Logger()})
				file := tt.leave(t, parent)
				time.Sleep(30 * time.Minute)
				synctest.Wait()
				if st := s.Stats(); st.Recovered != 10 || st.Pending != 0 {
					t.Errorf("%+v", st)
				}
				balanced(t, s)
				if err := shutdown(t, s, time.Minute); err != nil {
					t.Error(err)
				}
				if _, err := os.Stat(file); err != nil {
					t.Error(err)
				}
				if n := strings.Count(log.String(), "recovering events of an earlier process"); n != 1 {
					t.Errorf("it was taken up %d times:\n%s", n, log)
				}
			})
		})
	}
}

func written(t *testing.T, file string) string {
	t.Helper()
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// destined is a sink with a name and a place.
type destined struct {
	memsink.Sink
	place string
}

func (d *destined) Destination() string { return d.place }

// A process adopts nothing that is to go elsewhere, and says so once.
func TestDirectoriesOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent := t.TempDir()
		elsewhere := dead(t, parent, 10, eventstore.Config{})
		sink := destined{place: "here"}
		log := new(servicetest.Log)
		s := openOn(t, &sink, eventstore.Config{Dir: auto(parent), Logger: log.Logger()})
		time.Sleep(10 * time.Minute)
		if n := strings.Count(log.String(), "another destination"); n != 1 || !strings.Contains(log.String(), elsewhere) {
			t.Errorf("the log says it %d times:\n%s", n, log)
		}
		if st := s.Stats(); st.Recovered != 0 || len(sink.Events()) != 0 {
			t.Errorf("%+v", st)
		}
	})
}

// The directory of a process that is about to take its lock is left alone. One without a lock whose process died is removed.
func TestProcessThatWasJustBorn(t *testing.T) {
	parent := t.TempDir()
	born := dead(t, parent, 1, eventstore.Config{})
	if err := os.RemoveAll(filepath.Join(born, "journal")); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(filepath.Join(born, "quarantine.jsonl.room"))
	own := func(want int) {
		t.Helper()
		s := openOn(t, new(memsink.Sink), eventstore.Config{Dir: auto(parent)})
		if have := dirs(t, parent); len(have) != want {
			t.Errorf("directories %v, want %d", have, want)
		}
		if err := shutdown(t, s, time.Minute); err != nil {
			t.Error(err)
		}
	}
	own(2)
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(born, old, old); err != nil {
		t.Fatal(err)
	}
	own(1)
	if have := dirs(t, parent); len(have) != 0 {
		t.Errorf("left: %v", have)
	}
}

// Consumers get the events of all directories, one call at a time, and are told whose they are.
func TestConsumersOfAdoptedDirectories(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent := t.TempDir()
		deadOnes(t, parent, 4, 10)
		consumer := memsink.NewConsumer("copies")
		calling := make(chan struct{}, 1)
		declared := consumer.Consumer()
		consume := declared.Consume
		declared.Consume = func(ctx context.Context, events []eventstore.ConsumedEvent) error {
			select {
			case calling <- struct{}{}:
				defer func() { <-calling }()
			default:
				t.Error("two calls at a time")
			}
			time.Sleep(time.Second)
			return consume(ctx, events)
		}
		s := openOn(t, new(memsink.Sink), eventstore.Config{Dir: auto(parent), Consumers: []eventstore.Consumer{declared}})
		add(t, s, event(t, bson.E{Key: "n", Value: 0}))
		time.Sleep(5 * time.Minute)
		seen, last := map[string]int{}, map[string]uint64{}
		for _, e := range consumer.Events() {
			seen[e.Dir]++
			if e.Seq <= last[e.Dir] {
				t.Errorf("%s: %d after %d", e.Dir, e.Seq, last[e.Dir])
			}
			last[e.Dir] = e.Seq
		}
		if len(seen) != 4 || len(consumer.Events()) != 41 {
			t.Errorf("%d events of %v", len(consumer.Events()), seen)
		}
		if c := s.Stats().Consumers; len(c) != 1 || c[0].Pending != 0 {
			t.Errorf("%+v", c)
		}
		if have := dirs(t, parent); len(have) != 1 {
			t.Errorf("left: %v", have)
		}
	})
}
