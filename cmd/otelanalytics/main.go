// SPDX-License-Identifier: Apache-2.0

// Command otelanalytics makes what a team needs from its event map, and looks after what the SDK keeps. docs/cli.md
// describes its commands.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/root"
)

func main() { os.Exit(run()) }

// run exists for its deferred call, which os.Exit would skip.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first signal has commands end in order; the second one ends the process.
	context.AfterFunc(ctx, stop)
	return cli.Execute(ctx, root.New(), os.Args[1:], os.Stdout, os.Stderr)
}
