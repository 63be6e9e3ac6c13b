// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// openSmall opens a store whose journal is smaller than a configuration can make it.
func openSmall(t testing.TB, sink eventstore.Sink, c eventstore.Config, journalBytes int64) *eventstore.Store {
	t.Helper()
	c.Storage = max(c.Storage, tested())
	s, err := eventstore.OpenSmall(sink, c, journalBytes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shutdown(t, s, time.Millisecond) })
	return s
}

func TestBatchThatIsRefused(t *testing.T) {
	s := openOn(t, new(away), eventstore.Config{Dir: t.TempDir()})
	events := batch(t, 3)
	events[1].Document = make([]byte, eventstore.MaxDocumentBytes+1)
	n, _, err := s.AppendBatch(t.Context(), events, eventstore.AckWritten)
	if n != 0 || !errors.Is(err, eventstore.ErrTooLarge) || !strings.Contains(err.Error(), "event 1 ") {
		t.Errorf("%d accepted, %v; want none, and the error to say which is too large", n, err)
	}
	if st := s.Stats(); st.Accepted != 0 || st.Pending != 0 {
		t.Errorf("%+v", st)
	}
	_ = shutdown(t, s, time.Millisecond)
	if n, _, err := s.AppendBatch(t.Context(), batch(t, 2), eventstore.AckWritten); n != 0 || !errors.Is(err, eventstore.ErrClosed) {
		t.Errorf("after shutdown: %d accepted, %v", n, err)
	}
}

// TestBatchAtTheBound offers more than the journal holds, while the sink is away.
func TestBatchAtTheBound(t *testing.T) {
	const size, bound = 10 << 10, 1 << 20
	events := batch(t, 3*bound/size, bson.E{Key: "data", Value: strings.Repeat("x", size)})
	few, many := bound/size/2, bound/size
	t.Run("Reject", func(t *testing.T) {
		sink := new(away)
		s := openSmall(t, sink, eventstore.Config{Dir: t.TempDir()}, bound)
		n, r, err := s.AppendBatch(t.Context(), events, eventstore.AckStored)
		if n < few || n > many || !errors.Is(err, eventstore.ErrJournalFull) || r.Seq() != 1 {
			t.Errorf("%d accepted, first %d, %v", n, r.Seq(), err)
		}
		if h := s.Health(t.Context()); h.JournalError != eventstore.ErrJournalFull.Error() {
			t.Errorf("%+v, want a full journal", h)
		}
		if st := s.Stats(); st.Accepted != int64(n) || st.Pending != int64(n) {
			t.Errorf("%+v, want %d", st, n)
		}
		sink.back.Store(true)
		if err := r.Wait(t.Context()); err != nil || len(sink.Events()) != n {
			t.Errorf("the receipt stands for those that were accepted: %v, %d delivered", err, len(sink.Events()))
		}
		_ = shutdown(t, s, time.Minute)
	})
	t.Run("Block", func(t *testing.T) {
		sink := new(away)
		s := openSmall(t, sink, eventstore.Config{Dir: t.TempDir(), JournalFull: eventstore.Block}, bound)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		before, first, err := s.AppendBatch(ctx, events, eventstore.AckStored)
		if before < few || before > many || !errors.Is(err, eventstore.ErrJournalFull) || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("%d accepted, %v; want what fits, and the context's error", before, err)
		}
		type result struct {
			n   int
			r   eventstore.Receipt
			err error
		}
		blocked, single := make(chan result, 1), make(chan error, 1)
		go func() {
			n, r, err := s.AppendBatch(context.Background(), events, eventstore.AckStored)
			blocked <- result{n, r, err}
		}()
		go func() {
			_, err := s.Append(context.Background(), event(t), eventstore.AckWritten)
			single <- err
		}()
		sink.back.Store(true)
		got := <-blocked
		if got.n != len(events) || got.err != nil {
			t.Fatalf("%d accepted, %v; want all, as room comes back", got.n, got.err)
		}
		if err := <-single; err != nil {
			t.Error(err)
		}
		if err := errors.Join(first.Wait(t.Context()), got.r.Wait(t.Context())); err != nil {
			t.Error(err)
		}
		// The batch's own sequence numbers, also of the pieces that came later.
		for i := range events {
			if err := s.Await(got.r.Seq()+uint64(i), eventstore.AckStored).Wait(t.Context()); err != nil {
				t.Errorf("event %d: %v", i, err)
			}
		}
		flush(t, s)
		if n := len(sink.Events()); n != len(events)+1 { // the first attempt's have the same ids
			t.Errorf("%d delivered, want each event of the batch, and the single one, once", n)
		}
		if h := s.Health(t.Context()); h.JournalError != "" {
			t.Errorf("%+v, want a journal that takes events", h)
		}
		balanced(t, s)
	})
}

func BenchmarkAppendBatch(b *testing.B) {
	for _, size := range []int{1, 100} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := openOn(b, new(away), eventstore.Config{Dir: b.TempDir(), JournalBytes: 1 << 40})
			events := batch(b, 100, bson.E{Key: "data", Value: strings.Repeat("x", 200)})
			b.ReportAllocs()
			for b.Loop() {
				for part := range slices.Chunk(events, size) {
					if _, _, err := s.AppendBatch(b.Context(), part, eventstore.AckWritten); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
