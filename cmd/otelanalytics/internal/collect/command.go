// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// pollInterval is how often files are looked at.
const pollInterval = 5 * time.Second

// New returns the command collect.
func New() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "collect --config FILE",
		Short: "Take events over HTTP, from browsers, phones and programs in other languages",
		Long: `Take events over HTTP, from browsers, phones and programs in other languages. The command is a program of its own around
the doors of package ingest (docs/ingest.md). docs/collect.md leads from nothing to the first event.

The file has the SDK's configuration (docs/configuration.md), with the sources and their keys in the group ingest. It also
has the addresses, the certificate and the bounds of this program. The variables OTELANALYTICS_… take precedence over it.
OpenTelemetry's variables set where metrics, logs and traces go (docs/exporters.md).

The command reads keys, sources, origins, metrics switches, log levels and the certificate again when their files change,
and on SIGHUP. A file with a mistake is logged and changes nothing.

On SIGTERM and Ctrl-C the command takes no more connections, answers the requests that it has, delivers pending events, and
ends within 20 seconds. Events that MongoDB has not got by then wait in the journal for the next start.

It logs to the standard error: as text, or as JSON with -o json.`,
		Example: `  otelanalytics collect keys new --source web
  otelanalytics collect --config collect.yaml`,
		Args:              cli.Args(0, 0, "no arguments, only flags"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			hangups := make(chan os.Signal, 1)
			signal.Notify(hangups, syscall.SIGHUP)
			defer signal.Stop(hangups)
			poll := time.NewTicker(pollInterval)
			defer poll.Stop()
			return run(cmd.Context(), settings{
				file: file, log: handler(cmd), terminal: terminal(cmd), reload: hangups, poll: poll.C, delivery: deliveryTimeout,
			})
		},
	}
	cmd.Flags().StringVar(&file, "config", "", "the configuration `file`, such as collect.yaml")
	_ = cmd.RegisterFlagCompletionFunc("config", cli.CompleteMaps) // the flag exists
	cmd.AddCommand(newKeys())
	return cmd
}

// handler writes the log.
func handler(cmd *cobra.Command) slog.Handler {
	// Levels of the configuration let less or more through; without them, everything from info on.
	if cli.JSON(cmd) {
		return slog.NewJSONHandler(cmd.ErrOrStderr(), nil)
	}
	return slog.NewTextHandler(cmd.ErrOrStderr(), nil)
}

// terminal returns where a person reads, or nil.
func terminal(cmd *cobra.Command) io.Writer {
	if w := cmd.ErrOrStderr(); cli.IsTerminal(w) {
		return w
	}
	return nil
}
