// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/dnstest"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// inDNS is a connection string whose servers are in DNS.
const inDNS = "mongodb+srv://ada:s3cret@db.example.net/?tls=false&authMechanism=PLAIN&authSource=$external&serverSelectionTimeoutMS=5000"

// lead has the record of a host lead to a server.
func lead(t *testing.T, dns *dnstest.Server, server *wireserver.Server) {
	t.Helper()
	u, err := url.Parse(server.URI())
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	dns.SetSRV("_mongodb._tcp.db.example.net", "one.example.net", uint16(port))
}

// TestOpenWhileDNSFails: a service starts, accepts events, and says which name it cannot resolve. Once DNS is back, they are
// delivered.
func TestOpenWhileDNSFails(t *testing.T) {
	dns, server := dnstest.Start(t), wireserver.Start(t)
	server.Script(func(c wireserver.Command) wireserver.Action {
		if c.Name == "saslstart" {
			return wireserver.Answer(plainAccepted())
		}
		return wireserver.Proceed
	})
	dns.SetDown(true)
	var log servicetest.Log
	failed := make(chan struct{})
	var once sync.Once
	s := open(t, mongostore.Config{
		URI: inDNS, Dir: t.TempDir(), Logger: log.Logger(),
		OnInsertAttempt: []func(eventstore.InsertAttempt){func(a eventstore.InsertAttempt) {
			if a.Err != nil {
				once.Do(func() { close(failed) })
			}
		}},
	})
	events := batch(t, 10)
	addBatch(t, s, events, eventstore.AckSynced)
	<-failed
	for end := time.Now().Add(time.Minute); time.Now().Before(end); <-time.After(time.Millisecond) {
		if queuetest.Sum(s.Stats().Errors) > 0 && strings.Contains(log.String(), "cannot resolve") {
			break // the hook is told of an attempt before it is counted
		}
	}
	errs := s.Stats().Errors
	if n := queuetest.Sum(errs); n == 0 || errs["connection"] != n {
		t.Errorf("%v", errs)
	}
	h := s.Health(t.Context())
	for what, text := range map[string]string{"sink": h.SinkError, "last error": h.LastError, "log": log.String()} {
		if !strings.Contains(text, "cannot resolve _mongodb._tcp.db.example.net") || strings.Contains(text, "s3cret") || strings.Contains(text, "***") {
			t.Errorf("%s: %s", what, text)
		}
	}
	if h.JournalError != "" || h.Pending != 10 {
		t.Errorf("%+v", h)
	}
	if _, err := s.Reader().Query(t.Context(), mongostore.Query{}); err == nil || !strings.Contains(err.Error(), "mongostore: query: cannot resolve") {
		t.Errorf("a query: %v", err)
	}
	lead(t, dns, server)
	dns.SetDown(false)
	flush(t, s)
	if n := len(server.Documents()); n != 10 {
		t.Errorf("%d documents\n%s", n, &log)
	}
	balanced(t, s)
}

// TestShutdownWhileDNSFails: what could not be delivered stays in the journal.
func TestShutdownWhileDNSFails(t *testing.T) {
	dns, dir := dnstest.Start(t), t.TempDir()
	dns.SetDown(true)
	s := open(t, mongostore.Config{URI: inDNS, Dir: dir})
	add(t, s, event(t))
	if err := shutdown(t, s, 50*time.Millisecond); !errors.Is(err, eventstore.ErrPending) {
		t.Errorf("%v", err)
	}
	s = open(t, mongostore.Config{URI: inDNS, Dir: dir})
	if st := s.Stats(); st.Recovered != 1 || st.Pending != 1 {
		t.Errorf("%+v", st)
	}
}

// TestOpenDoesNotWaitForDNS has the name server say nothing at all.
func TestOpenDoesNotWaitForDNS(t *testing.T) {
	dnstest.Start(t).SetSilent(true)
	started := time.Now()
	s := open(t, mongostore.Config{URI: inDNS, Dir: t.TempDir()})
	add(t, s, event(t))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if h := s.Health(ctx); !strings.Contains(h.SinkError, "cannot resolve db.example.net") || h.Pending != 1 {
		t.Errorf("%+v", h)
	}
	r, err := mongostore.NewReader(mongostore.Config{URI: inDNS})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Query(ctx, mongostore.Query{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := r.Query(t.Context(), mongostore.Query{}); !errors.Is(err, eventstore.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if took := time.Since(started); took > 9*time.Second { // Go's resolver asks twice, and waits five seconds for each answer
		t.Errorf("it took %v", took)
	}
}

// TestReaderWhileDNSFails: each call tries again.
func TestReaderWhileDNSFails(t *testing.T) {
	dns, server := dnstest.Start(t), wireserver.Start(t)
	server.Script(func(c wireserver.Command) wireserver.Action {
		if c.Name == "saslstart" {
			return wireserver.Answer(plainAccepted())
		}
		return wireserver.Proceed
	})
	dns.SetDown(true)
	r, err := mongostore.NewReader(mongostore.Config{URI: inDNS})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out bytes.Buffer
	if _, err := r.Export(t.Context(), "u", &out); err == nil || !strings.Contains(err.Error(), "_mongodb._tcp.db.example.net") {
		t.Errorf("%v", err)
	}
	lead(t, dns, server)
	dns.SetDown(false)
	if _, err := r.Export(t.Context(), "u", &out); err != nil {
		t.Errorf("%v", err)
	}
}

// TestMistakesWithSRVFailAtOpen: what is wrong with the string itself is no outage.
func TestMistakesWithSRVFailAtOpen(t *testing.T) {
	dnstest.Start(t).SetDown(true)
	for _, uri := range []string{"mongodb+srv://u:s3cret@h.example.net:1/", "mongodb+srv://u:s3cret@a,b/", "mongodb+srv://u:s3cret@h.example.net/?w=0", "mongodb+srv://u:s3cret@h.example.net/?tls=x"} {
		_, err := mongostore.Open(t.Context(), mongostore.Config{URI: uri, Dir: t.TempDir()})
		if err == nil || !strings.Contains(err.Error(), "Config.URI") || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", uri, err)
		}
		if _, err := mongostore.NewReader(mongostore.Config{URI: uri}); err == nil {
			t.Errorf("%s: a reader", uri)
		}
	}
}

// plainAccepted is the answer to PLAIN.
func plainAccepted() bson.D {
	return bson.D{{Key: "ok", Value: 1.0}, {Key: "conversationId", Value: 1}, {Key: "done", Value: true}, {Key: "payload", Value: bson.Binary{}}}
}

// TestHostThatCannotBeResolved: with mongodb://, too, the error names the host and no secret.
func TestHostThatCannotBeResolved(t *testing.T) {
	dnstest.Start(t).SetDown(true)
	s := open(t, mongostore.Config{URI: "mongodb://ada:s3cret@db.example.net:27017/?serverSelectionTimeoutMS=200", Dir: t.TempDir()})
	add(t, s, event(t))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	h := s.Health(ctx)
	if !strings.Contains(h.SinkError, "lookup db.example.net") || strings.Contains(h.SinkError, "s3cret") || strings.Contains(h.SinkError, "ada") {
		t.Errorf("%+v", h)
	}
}
