// SPDX-License-Identifier: Apache-2.0

// Command cost measures what one instance of the SDK costs on the machine that
// it runs on, for docs/scale.md:
//
//	go run -C examples ./internal/cmd/cost
//
//	-events       how many events each measurement tracks (200000)
//	-mongodb-uri  the MongoDB server to measure with (an embedded one, in a process of its own)
//	-dir          where the journal goes; put it on the disk that a service would use (a temporary directory)
//
// It tracks an event with six fields that records into a counter and a
// histogram: first into the journal alone, then from there to MongoDB, so that
// the two do not share the time of one figure. CPU time and memory are this
// process's, without MongoDB's.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	var c config
	flag.IntVar(&c.events, "events", 200_000, "events for each measurement")
	flag.StringVar(&c.uri, "mongodb-uri", "", "MongoDB server to measure with (empty: an embedded one)")
	flag.StringVar(&c.dir, "dir", "", "directory for the journal (empty: a temporary one)")
	serve := flag.String("serve", "", "be the embedded server, with files in this directory")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	switch {
	case *serve != "":
		err = serveMongoDB(ctx, *serve)
	case c.events < 1000 || flag.NArg() > 0:
		err = fmt.Errorf("%d events and %d arguments; at least 1000 events and no arguments are needed", c.events, flag.NArg())
	default:
		err = run(ctx, c, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cost:", err)
		os.Exit(1)
	}
}
