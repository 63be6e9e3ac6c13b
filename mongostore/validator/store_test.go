// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestStoreOnAServerWithoutValidators: the store says so once, and delivers.
func TestStoreOnAServerWithoutValidators(t *testing.T) {
	server := wireserver.Start(t) // knows neither listCollections nor collMod
	v := of(t, ordered)
	log := new(bytes.Buffer)
	s, err := mongostore.Open(t.Context(), mongostore.Config{URI: server.URI(), Dir: t.TempDir(), Validator: v, Logger: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		queuetest.AddBatch(t, s, []eventstore.Event{queuetest.Event(t)}, eventstore.AckWritten)
		queuetest.Flush(t, s)
	}
	if err := queuetest.Shutdown(t, s, time.Minute); err != nil {
		t.Error(err)
	}
	if n := strings.Count(log.String(), "the server has no collection validators"); n != 1 {
		t.Errorf("said %d times\n%s", n, log)
	}
}
