// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.uber.org/goleak"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

func TestStartsWithoutMongoDBAndDrains(t *testing.T) {
	server := mongotest.Start(t)
	if !server.CanStop() {
		t.Log("needs a server that the test may stop")
		return
	}
	db := server.Database(t)
	server.Stop()
	var log servicetest.Log
	s := open(t, mongostore.Config{
		URI: server.URI() + "?serverSelectionTimeoutMS=200", Database: db.Name(), Dir: t.TempDir(),
		Logger: log.Logger(),
	})
	for range 2_500 {
		add(t, s, event(t))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := s.Flush(ctx); !errors.Is(err, eventstore.ErrPending) || !strings.Contains(err.Error(), "2500") {
		t.Errorf("flush while MongoDB is down: %v, want ErrPending with the number", err)
	}
	if age := s.Stats().OldestAge; age <= 0 {
		t.Errorf("the oldest event's age is %v, want above zero", age)
	}
	server.Start()
	flush(t, s)
	if n := count(t, db, bson.D{}); n != 2_500 {
		t.Errorf("%d documents, want 2500", n)
	}
	balanced(t, s)
	if !strings.Contains(log.String(), "writing again") || strings.Count(log.String(), "cannot write") != 1 {
		t.Errorf("the log should tell of the outage once, and of its end:\n%s", &log)
	}
}

func TestShutdownWhileMongoDBIsDown(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	dir := t.TempDir()
	s := open(t, mongostore.Config{URI: nowhere, Database: db.Name(), Dir: dir})
	e := event(t)
	add(t, s, e)
	receipt, err := s.Append(t.Context(), event(t), eventstore.AckStored)
	if err != nil {
		t.Fatal(err)
	}
	waited := make(chan error)
	go func() { waited <- receipt.Wait(context.Background()) }()
	started := time.Now()
	err = shutdown(t, s, 100*time.Millisecond)
	if took := time.Since(started); took > 10*time.Second {
		t.Errorf("shutdown took %v", took)
	}
	if !errors.Is(err, eventstore.ErrPending) || !errors.Is(err, context.DeadlineExceeded) ||
		!strings.Contains(err.Error(), fmt.Sprintf("events pending: 2 in %s", dir)) {
		t.Errorf("got %v, want ErrPending with the number and the directory", err)
	}
	if err := <-waited; !errors.Is(err, eventstore.ErrUnconfirmed) {
		t.Errorf("who waited got %v, want ErrUnconfirmed", err)
	}
	if _, err := s.Append(t.Context(), e, eventstore.AckWritten); !errors.Is(err, eventstore.ErrClosed) {
		t.Errorf("append after shutdown: %v, want ErrClosed", err)
	}
	if again := shutdown(t, s, time.Second); !errors.Is(again, eventstore.ErrPending) {
		t.Errorf("second shutdown: %v, want what the first returned", again)
	}

	s = open(t, mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: dir})
	flush(t, s)
	if n := count(t, db, bson.D{}); n != 2 {
		t.Errorf("%d documents after the next start, want 2", n)
	}
	if st := s.Stats(); st.Recovered != 2 || st.Accepted != 0 {
		t.Errorf("%+v, want 2 recovered", st)
	}
	balanced(t, s)
	if err := shutdown(t, s, 10*time.Second); err != nil {
		t.Error(err)
	}
}

// TestOpenAndCloseLeaveNothing opens and closes with a MongoDB that is away and events that are pending.
func TestOpenAndCloseLeaveNothing(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	dir := t.TempDir()
	descriptors := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			return 0 // not Linux
		}
		return len(entries)
	}
	before := 0
	for i := range 100 {
		s, err := mongostore.Open(t.Context(), mongostore.Config{URI: nowhere, Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		add(t, s, event(t))
		if err := shutdown(t, s, time.Millisecond); !errors.Is(err, eventstore.ErrPending) {
			t.Fatal(err)
		}
		if i == 0 {
			before = descriptors()
		}
	}
	if after := descriptors(); after > before {
		t.Errorf("%d descriptors after one cycle, %d after 100", before, after)
	}
}
