// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
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

// inMemory are the tests of this package that need no disk and no second start.
const inMemory = "TestAnswersOfSinks|TestBatchAtTheBound|TestBatchThatIsRefused|TestBatchThatIsTooSlow|TestConditionsInTheLog|" +
	"TestConnectionThatBreaksWithoutAPing|TestConsumer|TestConsumerGetsNothingOfSuppressedUsers|TestConsumersThatCannotBe|" +
	"TestDocumentsThatBreakTheConnection|TestFullJournal|TestFullJournalNamesItsConsumer|TestHostileSinks|TestLabelsOfDoubt|" +
	"TestLabelsOfSinks|TestListThatPanics|TestListeners|TestLoggerThatPanics|TestNoWaitForAnEarlierEvent|TestOneDeliveryIsEnough|" +
	"TestOutageBehindASuspicion|TestPingsThatDoNotReturn|TestReceivedAt|TestRefreshingTheList|TestRefusedEvents|" +
	"TestReplayAfterShutdown|TestReplayWithoutQuarantine|TestSeveralDeliveries|TestSlowAnswer|TestSumAtEveryMoment|" +
	"TestSuppressedUsers|TestSuspectIsDecidedSoon|TestVerdictsAreTheSinks|TestWaitForASuppressedEvent|" +
	"TestSinkThatIsAway|TestSinkThatIsAwayFillsTheJournal|TestShutdownWaitsForSinks|TestHostileSinkBesideOthers|" +
	"TestWhatSinksDoNotGet|TestQuarantineOfASink|TestLimitOfASink|TestSinksThatCannotBe"

// TestStoresInMemory runs these tests with stores in memory, in a process of their own.
func TestStoresInMemory(t *testing.T) {
	if tested() == eventstore.Memory {
		t.Skip("TestStoresInMemory: this is that process")
	}
	cmd := exec.Command(os.Args[0], "-test.v", "-test.run=^("+inMemory+")$")
	cmd.Env = append(os.Environ(), storageVariable+"="+eventstore.Memory.String())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name := range strings.SplitSeq(inMemory, "|") {
		if !strings.Contains(string(out), "--- PASS: "+name+" ") {
			t.Errorf("%s did not run", name)
		}
	}
}

// openInMemory opens a store in memory with the smallest bound.
func openInMemory(t testing.TB, sink eventstore.Sink, c eventstore.Config) *eventstore.Store {
	t.Helper()
	c.Storage, c.MemoryBytes = eventstore.Memory, eventstore.MinMemoryBytes
	return openOn(t, sink, c)
}

// TestMemoryWritesNoFile delivers, refuses and shuts down, in a working directory that stays empty.
func TestMemoryWritesNoFile(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	sink := sinkFunc(func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
		return verdictsOf(events, func(n int64) eventstore.Outcome {
			if n == 1 {
				return eventstore.Refused
			}
			return eventstore.Stored
		}), nil
	})
	s := openInMemory(t, sink, eventstore.Config{Dir: filepath.Join(dir, "file", "below")})
	addBatch(t, s, batch(t, 3), eventstore.AckWritten)
	flush(t, s)
	if st := s.Stats(); queuetest.Sum(st.Stored) != 2 || queuetest.Sum(st.Quarantined) != 1 || s.Health(t.Context()).Storage != eventstore.Memory {
		t.Errorf("%+v", st)
	}
	if err := shutdown(t, s, time.Minute); err != nil {
		t.Error(err)
	}
	if files, err := os.ReadDir(dir); len(files) > 0 || err != nil {
		t.Errorf("it left %v, %v", files, err)
	}
}

// TestMemoryRefusesToSync: an event for which AckSynced is asked is not accepted.
func TestMemoryRefusesToSync(t *testing.T) {
	s := openInMemory(t, memsink.New(), eventstore.Config{})
	_, one := s.Append(t.Context(), event(t), eventstore.AckSynced)
	n, _, several := s.AppendBatch(t.Context(), batch(t, 2), eventstore.AckSynced)
	r, err := s.Append(t.Context(), event(t), eventstore.AckStored)
	if err != nil || r.Wait(t.Context()) != nil {
		t.Errorf("AckStored: %v, %v", err, r.Wait(t.Context()))
	}
	for what, err := range map[string]error{
		"Append": one, "AppendBatch": several, "TakesAck": s.TakesAck(eventstore.AckSynced),
		"Await": s.Await(r.Seq(), eventstore.AckSynced).Wait(t.Context()),
	} {
		if !errors.Is(err, eventstore.ErrNoDisk) || !strings.Contains(err.Error(), "use AckStored") {
			t.Errorf("%s: %v, want ErrNoDisk", what, err)
		}
	}
	if st := s.Stats(); n != 0 || st.Accepted != 1 {
		t.Errorf("%d of the batch, %d accepted; want the event with AckStored alone", n, st.Accepted)
	}
	if onDisk := openOn(t, memsink.New(), eventstore.Config{}); onDisk.TakesAck(eventstore.AckSynced) != onDisk.TakesAck(eventstore.AckWritten) ||
		onDisk.TakesAck(99) == nil {
		t.Error("a store on a disk takes the levels that there are")
	}
}

// TestMemoryIsLostWithTheProcess: what Shutdown could not deliver is lost, and counted, logged and returned as that.
func TestMemoryIsLostWithTheProcess(t *testing.T) {
	e, more := event(t), batch(t, 4)
	for name, tt := range map[string]struct {
		sink *scripted
		late time.Duration // that Shutdown waits beside its time
	}{
		"sink away": {&scripted{answer: func(int, []eventstore.Event) ([]eventstore.Verdict, error, bool) { return nil, errAway, true }}, 0},
		"sink that does not return": {&scripted{answer: func(int, []eventstore.Event) ([]eventstore.Verdict, error, bool) {
			time.Sleep(time.Hour)
			return nil, nil, false
		}}, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log servicetest.Log
				s := openInMemory(t, tt.sink, eventstore.Config{Logger: log.Logger()})
				r, err := s.Append(t.Context(), e, eventstore.AckStored)
				if err != nil {
					t.Fatal(err)
				}
				addBatch(t, s, more, eventstore.AckWritten)
				waited := make(chan error, 1)
				go func() { waited <- r.Wait(context.Background()) }()
				synctest.Wait()
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if err := s.Flush(ctx); !errors.Is(err, eventstore.ErrPending) || !strings.Contains(err.Error(), "5 in memory") {
					t.Errorf("Flush: %v, want ErrPending", err)
				}
				for range 2 {
					began := time.Now()
					err := shutdown(t, s, 10*time.Second)
					if took := time.Since(began); took >= 10*time.Second+tt.late {
						t.Errorf("Shutdown takes %v, all of its time", took)
					}
					if !errors.Is(err, eventstore.ErrLost) || errors.Is(err, eventstore.ErrPending) || !strings.Contains(err.Error(), "5 of a store in memory") {
						t.Errorf("Shutdown: %v, want ErrLost", err)
					}
				}
				if err := <-waited; !errors.Is(err, eventstore.ErrLost) {
					t.Errorf("who waits for AckStored gets %v, want ErrLost", err)
				}
				if err := s.Await(r.Seq(), eventstore.AckStored).Wait(t.Context()); !errors.Is(err, eventstore.ErrLost) {
					t.Errorf("who asks later gets %v, want ErrLost", err)
				}
				time.Sleep(2 * time.Hour) // the sink answers after all
				balanced(t, s)
				if st := s.Stats(); st.Lost != 5 || st.Pending != 0 || len(st.Stored) > 0 {
					t.Errorf("%+v", st)
				}
				if text := log.String(); !strings.Contains(text, "events are lost") || !strings.Contains(text, "events=5") {
					t.Errorf("the log does not tell:\n%s", text)
				}
			})
		})
	}
}

// TestMemoryIsBounded fills the smallest store, and refuses what it can never hold.
func TestMemoryIsBounded(t *testing.T) {
	sink := new(away)
	s := openInMemory(t, sink, eventstore.Config{})
	field := func(n int) bson.E { return bson.E{Key: "data", Value: strings.Repeat("x", n)} }
	for _, size := range []int{40, 2_000, 100_000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			sink.back.Store(false)
			before, bytes := s.Stats().Accepted, 0
			var err error
			for err == nil {
				e := event(t, field(size))
				if _, err = s.Append(t.Context(), e, eventstore.AckWritten); err == nil {
					bytes += len(e.Document)
				}
			}
			st := s.Stats()
			if n := int(st.Accepted - before); !errors.Is(err, eventstore.ErrJournalFull) || st.JournalBytes > eventstore.MinMemoryBytes ||
				bytes+60*n < eventstore.MinMemoryBytes*3/4 {
				t.Errorf("%v after %d events of %d bytes, with %d in the journal", err, n, bytes, st.JournalBytes)
			}
			sink.back.Store(true)
			flush(t, s)
		})
	}
	if _, err := s.Append(t.Context(), event(t, field(eventstore.MinMemoryBytes)), eventstore.AckWritten); !errors.Is(err, eventstore.ErrTooLarge) {
		t.Errorf("an event as large as the bound: %v, want ErrTooLarge", err)
	}
	add(t, s, event(t, field(eventstore.MinMemoryBytes/2)))
	flush(t, s)
	balanced(t, s)
}
