// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// How long the steps of an orderly stop may take. Together they stay below 20 seconds.
const (
	requestsTimeout  = 5 * time.Second  // for the requests that are being answered
	deliveryTimeout  = 10 * time.Second // to deliver what is pending
	telemetryTimeout = 2 * time.Second
	operatorsTimeout = time.Second
)

// fileVariable names the file when --config does not.
const fileVariable = "OTELANALYTICS_CONFIG_FILE"

// settings are what the command line says, and who has the collector look at its files.
type settings struct {
	file     string
	log      slog.Handler
	terminal io.Writer // a person reads there; nil: nobody does
	reload   <-chan os.Signal
	poll     <-chan time.Time
	delivery time.Duration              // how long the last delivery may take
	serving  func(url, adminURL string) // for tests; nil: nobody
}

// run is the life of the collector: it returns once ctx has ended and everything has stopped, or when something fails.
func run(ctx context.Context, set settings) (err error) {
	if set.file == "" {
		set.file = os.Getenv(fileVariable)
	}
	cfg, seen, err := load(set.file)
	if err != nil {
		return err
	}
	limitMemory(cfg)
	logger := slog.New(cfg.LogLevels.Handler(set.log))
	s, err := open(ctx, cfg, logger)
	if err != nil {
		return err
	}
	events, operators, watch, err := s.start(cfg, set)
	defer func() { err = errors.Join(err, s.stop(events, operators, set.delivery)) }()
	if err != nil {
		return err
	}
	watching, end := context.WithCancel(ctx)
	defer end()
	watch.seen = seen
	go watch.watch(watching, set.reload, set.poll)
	logger.Info("serving", "url", events.url, "admin_url", operators.url, "sources", len(cfg.Ingest.Sources))
	if set.serving != nil {
		set.serving(events.url, operators.url)
	}
	select {
	case err = <-events.failed:
	case err = <-operators.failed:
	case <-ctx.Done():
		logger.Info("stopping")
	}
	return err
}

// start listens. What it returns with an error is to be stopped, too.
func (s *service) start(cfg config.Config, set settings) (events, operators *server, w *watcher, err error) {
	c := cfg.Collector
	private, err := net.Listen("tcp", c.AdminListen)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("admin_listen: %w", err)
	}
	operators = serve(private, "http", admin(s), s.logger)
	public, scheme, cert, err := listen(c)
	if err != nil {
		return nil, operators, nil, fmt.Errorf("listen: %w", err)
	}
	if cert == nil && !onLoopback(public) {
		s.logger.Warn("events and keys arrive without TLS; set tls.cert_file and tls.key_file, or put a proxy with TLS in front of this address", "listen", c.Listen)
	}
	events = serve(public, scheme, traced(s.doors, s.telemetry), s.logger)
	if set.terminal != nil && onLoopback(private) {
		fmt.Fprintf(set.terminal, "See it live: %s\n", s.page.URL(operators.url+"/"))
	}
	w = &watcher{file: set.file, keys: keyFiles(cfg), cert: cert, doors: s.doors, client: s.client, logger: s.logger, inForce: s.inForce}
	return events, operators, w, nil
}

// stop ends in the order in which nothing is lost: no new events, answers to those that came, delivery, and the operators' page last.
func (s *service) stop(events, operators *server, deliver time.Duration) error {
	requests, cancel := context.WithTimeout(context.Background(), requestsTimeout)
	defer cancel()
	events.stop(requests)
	delivery, cancel := context.WithTimeout(context.Background(), deliver)
	defer cancel()
	err := s.shutdown(delivery)
	last, cancel := context.WithTimeout(context.Background(), operatorsTimeout)
	defer cancel()
	operators.stop(last)
	return err
}
