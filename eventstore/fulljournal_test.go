// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
)

func TestFullJournal(t *testing.T) {
	const size, bound = 10 << 10, 1 << 20
	large := bson.E{Key: "data", Value: strings.Repeat("x", size)}
	for _, policy := range []eventstore.FullPolicy{eventstore.Reject, eventstore.Block} {
		t.Run(fmt.Sprint(policy), func(t *testing.T) {
			sink := new(away)
			s := openSmall(t, sink, eventstore.Config{Dir: t.TempDir(), JournalFull: policy}, bound)
			before := int64(0)
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			for {
				if _, err := s.Append(ctx, event(t, large), eventstore.AckWritten); err == nil {
					before++
					continue
				} else if !errors.Is(err, eventstore.ErrJournalFull) || errors.Is(err, context.DeadlineExceeded) != (policy == eventstore.Block) {
					t.Fatalf("got %v, want ErrJournalFull", err)
				}
				break
			}
			if before < bound/size*3/4 || before > bound/size {
				t.Errorf("%d events of %d bytes fit into %d", before, size, bound)
			}
			blocked := make(chan error, 1)
			if policy == eventstore.Block {
				go func() {
					_, err := s.Append(context.Background(), event(t, large), eventstore.AckWritten)
					blocked <- err
				}()
			} else {
				blocked <- nil
			}
			sink.back.Store(true)
			if err := <-blocked; err != nil {
				t.Errorf("the blocked event: %v", err)
			}
			flush(t, s)
			add(t, s, event(t, large)) // there is room again
			flush(t, s)
			balanced(t, s)
			if st := s.Stats(); queuetest.Sum(st.Stored) != st.Accepted || st.Accepted < before+1 {
				t.Errorf("%+v", st)
			}
		})
	}
}
