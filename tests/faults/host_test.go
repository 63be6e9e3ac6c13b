// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

const eventMap = `
version: 1
metrics:
  done:
    instrument: counter
    description: Things that were done.
events:
  thing_done: {record: [{metric: done}]}
`

// settings are what a test chooses of a service. They travel to a process as JSON.
type settings struct {
	URI, Database, Dir string
	Block              bool
	JournalBytes       int64
	BatchSize          int
	WriteTimeout       time.Duration
	Instance           string // service.instance.id
	Copies             string // a directory for what consumers take; see copies
	Second             string // the URI of a MongoDB that is a sink behind the first; empty: none
}

// resource says which instance of the service this is, nil when the settings do not.
func (s *settings) resource() *resource.Resource {
	if s.Instance == "" {
		return nil
	}
	return resource.NewSchemaless(attribute.String("service.name", "faults"), attribute.String("service.instance.id", s.Instance))
}

// host is a service: a client on a store, with its metrics page.
type host struct {
	client *otelanalytics.Client
	store  *mongostore.Store
	page   http.Handler
}

func newHost(ctx context.Context, s settings, log io.Writer) (*host, error) {
	m, err := eventmap.Parse([]byte(eventMap))
	if err != nil {
		return nil, err
	}
	logger := slog.New(slog.NewTextHandler(log, nil))
	c := mongostore.Config{
		URI: s.URI, Database: s.Database, Dir: s.Dir, JournalBytes: s.JournalBytes, BatchSize: s.BatchSize,
		WriteTimeout: s.WriteTimeout, Logger: logger,
	}
	if s.Block {
		c.JournalFull = eventstore.Block
	}
	if s.Copies != "" {
		if c.Consumers, err = copies(s.Copies); err != nil {
			return nil, err
		}
	}
	if s.Second != "" {
		second, err := mongostore.NewSink(mongostore.Config{URI: s.Second, WriteTimeout: s.WriteTimeout, Logger: logger})
		if err != nil {
			return nil, err
		}
		c.Sinks = []eventstore.SinkConfig{{Name: "second", Sink: second}}
	}
	store, err := mongostore.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	service, err := servicetest.New(servicetest.Config{
		Map: m, Logger: logger, Resource: s.resource(), Client: []otelanalytics.Option{otelanalytics.WithStore(store)},
	})
	if err != nil {
		return nil, errors.Join(err, store.Shutdown(ctx))
	}
	return &host{client: service.Client, store: store, page: service.Page}, nil
}

// thing is an event with a name by which its document is found.
func thing(name string, pad int) otelanalytics.Event {
	return otelanalytics.Event{Type: "thing_done", UserID: "u-1", Data: map[string]any{"name": name, "pad": strings.Repeat("x", pad)}}
}

// pads are how long events are: most short, some longer than a block of the journal.
func pads(i int) int {
	if i%50 == 49 {
		return 40_000
	}
	return rand.IntN(600)
}

// order says what to track.
type order struct {
	Prefix string
	Number int           // of events; 0: without end
	Batch  int           // how many in one call; 0: one by one
	Pad    int           // how long they are; -1: see pads
	Ack    string        // written, synced or stored
	Limit  time.Duration // of each call; 0: none
	Quiet  bool          // tell only of the first event of each batch
	Keys   string        // gives every second event a key that begins so; see keyOf
}

func (o order) ack() otelanalytics.Ack {
	return map[string]otelanalytics.Ack{"synced": otelanalytics.AckSynced, "stored": otelanalytics.AckStored}[o.Ack]
}

// keySeparator is behind the key in the name of an event that has one.
const keySeparator = "/"

// keyOf returns the key of the event with a name, if it has one.
func keyOf(name string) (key string, ok bool) {
	key, _, ok = strings.Cut(name, keySeparator)
	return key, ok
}

// track does what an order says, and tells said about each event by its name when Track has returned.
func (h *host) track(ctx context.Context, o order, said func(name string, err error)) {
	for i := 0; (o.Number == 0 || i < o.Number) && ctx.Err() == nil; {
		var names []string
		var events []otelanalytics.Event
		for range max(o.Batch, 1) {
			pad := o.Pad
			if pad < 0 {
				pad = pads(i)
			}
			name, key := fmt.Sprintf("%s-%d", o.Prefix, i), ""
			if o.Keys != "" && i%2 == 0 {
				key = fmt.Sprintf("%s-%d", o.Keys, i)
				name = key + keySeparator + o.Prefix
			}
			e := thing(name, pad)
			e.Key = key
			names, events = append(names, name), append(events, e)
			i++
		}
		call, cancel := ctx, context.CancelFunc(func() {})
		if o.Limit > 0 {
			call, cancel = context.WithTimeout(ctx, o.Limit)
		}
		if o.Batch == 0 {
			said(names[0], h.client.Track(call, events[0], otelanalytics.WithAck(o.ack())))
		} else {
			err := h.client.TrackBatch(call, events, otelanalytics.WithAck(o.ack()))
			if o.Quiet {
				names = names[:1]
			}
			for k, name := range names {
				said(name, ofEvent(err, k))
			}
		}
		cancel()
	}
}

// ofEvent returns what the error of a batch says about one event.
func ofEvent(err error, i int) error {
	batch, ok := errors.AsType[*otelanalytics.BatchError](err)
	if !ok {
		return err
	}
	for _, e := range batch.Errors {
		if e.Index == i {
			return e.Err
		}
	}
	return nil
}

// accepted reports what an error of Track says about the event.
func accepted(err error) bool {
	return err == nil || errors.Is(err, otelanalytics.ErrUnconfirmed) || errors.Is(err, otelanalytics.ErrNotDurable) ||
		errors.Is(err, otelanalytics.ErrQuarantined) || errors.Is(err, otelanalytics.ErrLost)
}
