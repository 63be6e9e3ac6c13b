// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"errors"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
)

// TestSmallestJournal accepts, again and again, what fits into a journal of the least size, and says of what does not that it
// never will.
func TestSmallestJournal(t *testing.T) {
	s := openOn(t, new(memsink.Sink), eventstore.Config{Dir: t.TempDir(), JournalBytes: eventstore.MinJournalBytes, JournalFull: eventstore.Block})
	sized := func(n int) eventstore.Event {
		return event(t, bson.E{Key: "pad", Value: strings.Repeat("x", n)})
	}
	for _, size := range []int{eventstore.MinJournalBytes, eventstore.MaxDocumentBytes - 100, eventstore.MaxDocumentBytes} {
		_, err := s.Append(t.Context(), sized(size), eventstore.AckWritten)
		if !errors.Is(err, eventstore.ErrTooLarge) || size < eventstore.MaxDocumentBytes && !strings.Contains(err.Error(), "journal.max_bytes") {
			t.Errorf("an event of %d bytes: %v", size, err)
		}
		_, _, err = s.AppendBatch(t.Context(), []eventstore.Event{sized(size)}, eventstore.AckWritten)
		if !errors.Is(err, eventstore.ErrTooLarge) {
			t.Errorf("a batch with an event of %d bytes: %v", size, err)
		}
	}
	for range 10 {
		for _, size := range []int{3 << 20, 700 << 10, 100} {
			add(t, s, sized(size))
		}
	}
	flush(t, s)
	balanced(t, s)
	if st := s.Stats(); queuetest.Sum(st.Stored) != 30 || st.JournalBytes > eventstore.MinJournalBytes {
		t.Errorf("%+v", st)
	}
}
