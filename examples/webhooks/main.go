// SPDX-License-Identifier: Apache-2.0

// Command webhooks receives GitHub's webhook deliveries and tracks each one:
// the payload becomes a document in MongoDB, and the event map reaches into it
// for the numbers on /metrics.
//
//	go run ./webhooks
//	go run ./webhooks -replay webhooks/testdata/github-webhooks.jsonl.gz
//
// See README.md for the flags.
package main

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	var c flags
	flag.StringVar(&c.addr, "addr", "127.0.0.1:5002", "address that receives POST /webhook and serves /metrics")
	flag.StringVar(&c.metricsAddr, "metrics-addr", "", "address of a server for /metrics alone (empty: none)")
	flag.StringVar(&c.mongoURI, "mongodb-uri", "", "MongoDB server to use (empty: the configuration's, or else an embedded one)")
	flag.StringVar(&c.database, "mongodb-database", "", "database that receives the documents (empty: the configuration's)")
	flag.StringVar(&c.dataDir, "data-dir", "", "directory for the journal and the embedded database (empty: the configuration's)")
	flag.StringVar(&c.file, "config", "", "configuration file (empty: "+strings.Join(defaultFiles, ", else ")+", if it is there)")
	flag.StringVar(&c.secretFile, "secret-file", "", "file with the webhook's secret (empty: the variable "+secretVariable+")")
	flag.StringVar(&c.replay, "replay", "", "post the deliveries of this .jsonl.gz file to this server, print the outcome as JSON and exit")
	flag.BoolVar(&c.linger, "linger", false, "after -replay, keep serving until a signal comes")
	flag.Parse()
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if flag.NArg() > 0 {
		logger.Error("webhooks takes no arguments, only flags", "argument", flag.Arg(0))
		os.Exit(2)
	}

	// Ctrl-C and SIGTERM end ctx, which begins the orderly stop in run.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, c, os.Stdout, logger); err != nil {
		logger.Error("webhooks", "error", err)
		os.Exit(1)
	}
}
