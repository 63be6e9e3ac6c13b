// SPDX-License-Identifier: Apache-2.0

// Command ferretdb is the examples' embedded MongoDB as a process of its own,
// for tests that want to stop and start a server.
//
//	ferretdb -dir DIR [-addr 127.0.0.1:0]
//
// When it answers it prints one line, "READY mongodb://HOST:PORT/". It exits
// with status 0 on SIGINT or SIGTERM, and when its standard input is closed:
// a parent that holds the other end of that pipe can die in any way and never
// leave a server behind.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/otelanalytics/otelanalytics-go/examples/internal/embedded"
)

func main() {
	dir := flag.String("dir", "", "directory of the database files (required)")
	addr := flag.String("addr", "127.0.0.1:0", "TCP address to listen on")
	flag.Parse()
	if err := run(*dir, *addr); err != nil {
		fmt.Fprintln(os.Stderr, "ferretdb:", err)
		os.Exit(1)
	}
}

func run(dir, addr string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()

	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	server, err := embedded.Start(ctx, embedded.Config{Dir: dir, Addr: addr, Logger: logger})
	if err != nil {
		return err
	}
	defer server.Stop()
	fmt.Println("READY", server.URI())
	<-ctx.Done()
	return nil
}
