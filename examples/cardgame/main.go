// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	var c flags
	flag.StringVar(&c.addr, "addr", "127.0.0.1:5001", "address of the API, /metrics, /healthz and /readyz")
	flag.StringVar(&c.metricsAddr, "metrics-addr", "127.0.0.1:8000", "address of a server for /metrics alone, unless OTEL_EXPORTER_PROMETHEUS_HOST or _PORT say another (empty: none)")
	flag.StringVar(&c.mongoURI, "mongodb-uri", "", "MongoDB server to use (empty: the configuration's, or else an embedded one)")
	flag.StringVar(&c.dataDir, "data-dir", "", "directory of the journal and the embedded database (empty: the configuration's, or else otelanalytics-data)")
	flag.StringVar(&c.redisAddr, "redis-addr", "", "Redis server whose connections are observed (empty: none)")
	flag.DurationVar(&c.observe, "observe-every", 0, "how often active users and connections are observed (0: as the configuration says)")
	flag.StringVar(&c.file, "config", "", "configuration file (empty: "+strings.Join(defaultFiles, ", else ")+", if it is there)")
	flag.IntVar(&c.players, "players", 0, "have so many players play, and print what they did at the end")
	flag.DurationVar(&c.playFor, "for", 0, "how long they play (0: until Ctrl-C)")
	flag.DurationVar(&c.pause, "pause", 100*time.Millisecond, "how long each player thinks before each action")
	flag.BoolVar(&c.json, "json", false, "print what they did as one line of JSON")
	flag.Uint64Var(&c.seed, "seed", 0, "what the players do depends on it (0: a random one)")
	flag.Parse()
	if flag.NArg() > 0 || c.players < 0 {
		slog.Error("cardgame takes no arguments, only flags, and no negative number of players", "arguments", flag.NArg(), "players", c.players)
		os.Exit(2)
	}

	// Ctrl-C and SIGTERM end ctx, which begins the orderly stop in run.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, c, os.Stdout, os.Stderr); err != nil {
		slog.Error("cardgame", "error", err)
		os.Exit(1)
	}
}
