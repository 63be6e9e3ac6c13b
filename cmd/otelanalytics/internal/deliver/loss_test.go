// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// losing is a log that reports losses, and then nothing more.
type losing struct {
	source
	losses []error
}

func (l *losing) Next(ctx context.Context) (batch, error) {
	if len(l.losses) == 0 {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	err := l.losses[0]
	l.losses = l.losses[1:]
	return nil, err
}

// TestLosses: each loss that a log reports is an error of its own in the command's log.
func TestLosses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		from := &losing{losses: []error{
			fmt.Errorf("%w: one", kafkastore.ErrMissed), fmt.Errorf("%w: two", kafkastore.ErrTruncated), fmt.Errorf("%w: three", kafkastore.ErrTruncated),
		}}
		store := inMemory(t, &failing{errs: make(chan error, 1)})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- newDeliverer(from, store, newTypes(nil), slog.New(slog.NewTextHandler(&out, nil))).run(ctx, t.Context())
		}()
		synctest.Wait()
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		_ = store.Shutdown(t.Context())
		for _, want := range []string{"has removed events", "one", "has lost events", "two", "three"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("the log does not have %q:\n%s", want, out.String())
			}
		}
		if n := strings.Count(out.String(), "level=ERROR"); n != 3 {
			t.Errorf("%d errors in the log, want 3:\n%s", n, out.String())
		}
	})
}
