// SPDX-License-Identifier: Apache-2.0

// Command minimal is the smallest complete service that uses the SDK: a web
// site whose visitors' actions become documents in MongoDB and numbers on
// /metrics. It needs nothing installed, because it brings its own MongoDB:
//
//	go run ./minimal
//
// It prints what to try. The database and the journal are files in
// otelanalytics-data; stop it with Ctrl-C and start it again: they are kept.
//
//	-addr         where the web site listens (127.0.0.1:5001)
//	-data-dir     where the files go (otelanalytics-data)
//	-mongodb-uri  a MongoDB server to use instead of the embedded one
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/examples/internal/embedded"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/livepage"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// The map is part of the program: a mistake in it then cannot reach production
// without the code that goes with it.
//
//go:embed events.yaml
var events []byte

func main() {
	addr := flag.String("addr", "127.0.0.1:5001", "address to listen on")
	dataDir := flag.String("data-dir", "otelanalytics-data", "directory for the database and the journal")
	mongoURI := flag.String("mongodb-uri", "", "MongoDB server to use (default: an embedded one)")
	flag.Parse()

	// Ctrl-C and SIGTERM end ctx, which begins the orderly stop in run.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *addr, *dataDir, *mongoURI); err != nil {
		slog.Error("minimal", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, addr, dataDir, mongoURI string) (err error) {
	if mongoURI == "" {
		db, err := embedded.Start(ctx, embedded.Config{Dir: filepath.Join(dataDir, "mongodb")})
		if err != nil {
			return err
		}
		defer db.Stop() // deferred first, so stopped last: the client still writes to it
		mongoURI = db.URI()
	}

	// 1. The event map: every mistake in it is reported here, with its line.
	m, err := eventmap.Parse(events)
	if err != nil {
		return err
	}
	// 2. The store: a journal in a directory of this process's own, and the
	// writer that moves events from there to MongoDB.
	store, err := mongostore.Open(ctx, mongostore.Config{URI: mongoURI, Dir: dataDir})
	if err != nil {
		return err
	}
	// 3. OpenTelemetry metrics, read by Prometheus. Any other reader would do.
	prom, err := exporterprom.New()
	if err != nil {
		return errors.Join(err, store.Shutdown(ctx))
	}
	provider := meterprovider.New(m, sdkmetric.WithReader(prom.Reader()))
	// 4. The client, which owns the store from here on.
	client, err := otelanalytics.New(m, otelanalytics.WithStore(store), otelanalytics.WithMeterProvider(provider))
	if err != nil {
		return errors.Join(err, store.Shutdown(ctx))
	}
	defer func() {
		// ctx has ended by now. Ten seconds are enough for what is pending to
		// reach MongoDB; what does not get there waits in the journal.
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		err = errors.Join(err, client.Shutdown(ctx), provider.Shutdown(ctx))
	}()

	site := &site{client: client}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /pages/{page}", site.page)
	mux.HandleFunc("POST /signup", site.signUp)
	mux.HandleFunc("POST /purchase", site.purchase)
	mux.Handle("GET /metrics", prom.Handler())
	// 5. A page for browsers of this machine that shows what is tracked.
	page := livepage.Handler(client, livepage.WithMetrics(prom.Handler()), livepage.WithTimeline(store.Reader()))
	mux.Handle("/debug/analytics/", page)
	return serve(ctx, addr, mux, func(url string) { printHelp(url, page.URL(url+"/debug/analytics/"), mongoURI) })
}

// serve serves until ctx ends, and then lets running requests finish.
func serve(ctx context.Context, addr string, handler http.Handler, listening func(url string)) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	listening("http://" + listener.Addr().String())
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return server.Shutdown(ctx)
}

func printHelp(url, page, mongoURI string) {
	fmt.Printf(`The web site:  %[1]s
Its metrics:   %[1]s/metrics
See it live:   %[3]s
Its MongoDB:   %[2]s (database analytics, collection user_events)

Try, in another terminal:
  curl %[1]s/pages/pricing
  curl -d user=ada -d plan=pro %[1]s/signup
  curl -d user=ada -d product=book -d price=12.50 %[1]s/purchase
and look at %[1]s/metrics again. Stop with Ctrl-C.
`, url, mongoURI, page)
}
