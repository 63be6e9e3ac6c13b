// SPDX-License-Identifier: Apache-2.0

// Command site is a service with a live page, for tests in a browser. It keeps events in memory and tracks what it is told to:
//
//	POST /test/track   {"Type": "login", "UserID": "ada", "Data": {…}}
//	POST /test/rate    {"PerSecond": 10000, "Seconds": 3}
//
// It prints the page's URL, and ends at SIGTERM.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/livepage"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

//go:embed events.yaml
var events []byte

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "address to listen on")
	key := flag.String("key-file", "", "key of the page's sessions")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *addr, *key); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, addr, key string) error {
	m, err := eventmap.Parse(events)
	if err != nil {
		return err
	}
	sink := memsink.New()
	store, err := eventstore.Open(ctx, sink, eventstore.Config{Storage: eventstore.Memory})
	if err != nil {
		return err
	}
	prom, err := exporterprom.New()
	if err != nil {
		return err
	}
	client, err := otelanalytics.New(m, otelanalytics.WithStore(store),
		otelanalytics.WithMeterProvider(meterprovider.New(m, sdkmetric.WithReader(prom.Reader()))))
	if err != nil {
		return err
	}
	page := livepage.Handler(client, livepage.WithMetrics(prom.Handler()), livepage.WithKeyFile(key), livepage.WithTimeline(timeline{sink}),
		livepage.WithAccess(livepage.Access{ChangeSwitches: true}))
	mux := http.NewServeMux()
	mux.Handle("/live-page/", page)
	mux.Handle("GET /metrics", prom.Handler())
	mux.HandleFunc("POST /test/track", func(w http.ResponseWriter, r *http.Request) { track(w, r, client) })
	mux.HandleFunc("POST /test/rate", func(w http.ResponseWriter, r *http.Request) { trackMany(ctx, w, r, client, sink) })
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Println(page.URL("http://" + listener.Addr().String() + "/live-page/"))
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	deadline, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return errors.Join(server.Shutdown(deadline), client.Shutdown(deadline))
}

func track(w http.ResponseWriter, r *http.Request, client *otelanalytics.Client) {
	var e struct {
		otelanalytics.Event
		Module string
	}
	if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	track := client.Track
	if e.Module != "" {
		track = client.Module(e.Module).Track
	}
	if err := track(r.Context(), e.Event); err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
	}
}

// trackMany tracks so many events a second for some seconds, and answers at once.
func trackMany(ctx context.Context, w http.ResponseWriter, r *http.Request, client *otelanalytics.Client, sink *memsink.Sink) {
	var many struct{ PerSecond, Seconds int }
	if err := json.NewDecoder(r.Body).Decode(&many); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	go func() {
		ticker := time.NewTicker(10 * time.Millisecond)
		defer ticker.Stop()
		for i := range 100 * many.Seconds {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			if i%100 == 99 {
				sink.Reset() // it would keep all
			}
			for j := range many.PerSecond / 100 {
				_ = client.Track(ctx, otelanalytics.Event{
					Type: "login", UserID: fmt.Sprint("u-", j), Data: map[string]any{"plan": "pro", "n": j},
				}) // the test sees what is missing
			}
		}
	}()
}

// timeline reads what the sink in memory has.
type timeline struct{ sink *memsink.Sink }

func (t timeline) UserDocuments(_ context.Context, user, _ string, limit int) (docs []bson.Raw, next string, err error) {
	for _, e := range slices.Backward(t.sink.Events()) {
		doc := bson.Raw(e.Document)
		if id, ok := doc.Lookup("user_id").StringValueOK(); ok && id == user && len(docs) < limit {
			docs = append(docs, doc)
		}
	}
	return docs, "", nil
}
