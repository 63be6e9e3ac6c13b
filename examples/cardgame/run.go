// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/players"
	"github.com/otelanalytics/otelanalytics-go/examples/internal/embedded"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// run is the life of the service: it returns when ctx has ended, or when the
// players are done.
func run(ctx context.Context, c flags, stdout, stderr io.Writer) (err error) {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	// The levels apply to the service's own records as to the SDK's.
	logger := slog.New(cfg.LogLevels.Handler(slog.NewTextHandler(stderr, nil)))
	if cfg.URI == "" {
		db, err := embedded.Start(ctx, embedded.Config{Dir: filepath.Join(cfg.Dir, "mongodb"), Logger: logger})
		if err != nil {
			return err
		}
		defer db.Stop() // deferred first, so stopped last: the client still writes to it
		cfg.URI = config.Secret(db.URI())
		logger.Info("embedded MongoDB", "uri", db.URI())
	}
	a, err := newAnalytics(ctx, cfg, c.metricsAddr, logger)
	if err != nil {
		return err
	}
	if err := a.observe(c, cfg, logger); err != nil {
		return errors.Join(err, stop(a))
	}
	if c.players > 0 {
		return play(ctx, c, a, stdout, stderr, logger)
	}
	defer func() { err = errors.Join(err, stop(a)) }()
	return serve(ctx, c, a, logger, func(ctx context.Context, url, metricsURL string) error {
		a.printPage(stderr, url)
		printHelp(stderr, url, metricsURL)
		<-ctx.Done()
		return nil
	})
}

// play serves for as long as players play, and prints the outcome once
// everything that they did is stored.
func play(ctx context.Context, c flags, a *analytics, stdout, stderr io.Writer, logger *slog.Logger) error {
	o := players.Options{Players: c.players, For: c.playFor, Pause: c.pause, Seed: c.seed}.WithSeed()
	until := "until Ctrl-C"
	if o.For > 0 {
		until = "for " + o.For.String()
	}
	fmt.Fprintf(stderr, "%d players play %s; -seed %d has them do the same again\n", o.Players, until, o.Seed)
	began := time.Now()
	var truth players.Truth
	err := serve(ctx, c, a, logger, func(ctx context.Context, url, _ string) (err error) {
		a.printPage(stderr, url)
		truth, err = players.Play(ctx, url, o)
		return err
	})
	seconds := time.Since(began).Seconds()
	err = errors.Join(err, stop(a))
	result := newOutcome(o, seconds, truth, a.client.Stats())
	if c.json {
		return errors.Join(err, json.NewEncoder(stdout).Encode(result))
	}
	return errors.Join(err, result.table(stdout))
}

// serve serves until during returns. The servers stop before the client does,
// so that no request meets a client that is closed.
func serve(ctx context.Context, c flags, a *analytics, logger *slog.Logger, during func(ctx context.Context, url, metricsURL string) error) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	reloadOnHangup(ctx, c, a.client, logger)
	metricsURL := ""
	if addr := a.telemetry.MetricsAddr(); addr != nil {
		metricsURL = "http://" + addr.String() + "/metrics"
	}
	track, err := newTracking(a.client, logger)
	if err != nil {
		return err
	}
	server, url, failed, err := listen(c.addr, routes(newAPI(track), a))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop(server)) }()
	logger.Info("serving", "url", url, "metrics", metricsURL)
	broken := make(chan error, 1)
	go func() {
		select {
		case err := <-failed:
			broken <- err
			cancel()
		case <-ctx.Done():
		}
	}()
	err = during(ctx, url, metricsURL)
	select {
	case failure := <-broken:
		return errors.Join(err, failure)
	default:
		return err
	}
}

// printPage prints where the live page is, which browsers of this machine see.
func (a *analytics) printPage(to io.Writer, url string) {
	if onLoopback(url) {
		fmt.Fprintf(to, "See it live:   %s\n", a.page.URL(url+"/"))
	}
}

func printHelp(to io.Writer, url, metricsURL string) {
	if metricsURL == "" {
		metricsURL = url + "/metrics"
	}
	fmt.Fprintf(to, `The service:   %[1]s (the endpoints: go doc ./cardgame)
Its metrics:   %[1]s/metrics, and %[2]s
Is it well?    %[1]s/healthz, %[1]s/readyz

Try, in another terminal:
  curl --json '{"registration_type":"email","email":"ada@example.com","password":"analytical"}' %[1]s/v1/users
  curl --json '{"auth_method":"email","email":"ada@example.com","password":"analytical"}' %[1]s/v1/sessions
  curl --json '{"game_mode":"practice"}' -H 'Authorization: Bearer SESSION' %[1]s/v1/games
  curl -s %[1]s/metrics | grep user_logins_total
Stop with Ctrl-C.
`, url, metricsURL)
}
