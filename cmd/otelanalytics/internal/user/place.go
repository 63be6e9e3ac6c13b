// SPDX-License-Identifier: Apache-2.0

package user

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/datadir"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// place is where a user's events are looked for: the flags of the commands.
type place struct {
	deployment     *connect.Flags
	withoutJournal bool
	timeout        time.Duration
}

func addPlace(cmd *cobra.Command) *place {
	p := addMongoDB(cmd)
	p.deployment.AddDataDir(cmd)
	cmd.Flags().BoolVar(&p.withoutJournal, "without-journal", false, "cover only MongoDB, also when there is a data directory")
	cmd.Flags().Lookup("timeout").Usage += ", and ten seconds at most for closing the journal"
	return p
}

// addMongoDB adds the flags of a command that needs no data directory.
func addMongoDB(cmd *cobra.Command) *place {
	p := &place{deployment: connect.AddFlags(cmd)}
	cmd.Flags().DurationVar(&p.timeout, "timeout", 10*time.Minute, "give up after this `duration`, as when MongoDB is away; 0: never")
	_ = cmd.RegisterFlagCompletionFunc("timeout", cobra.NoFileCompletions) // the flag exists
	return p
}

// journalHelp says in both commands which events are found.
const journalHelp = `A running service holds its data directory. Its journal and its quarantine file have events that MongoDB does not
have. The command opens such a directory if one is named (--data-dir, OTELANALYTICS_DATA_DIR or the file of
--config), or if otelanalytics-data is in the working directory. It delivers the events that wait there to MongoDB,
and covers the quarantine file. If a service has the directory, the command reports it. Then you have three choices:

- call Store.Export or Store.Delete in that service;
- stop the service first;
- give --without-journal: the command then looks at MongoDB alone, as it does without a directory.

If processes side by side have their directories below the named one, the command covers the directories of dead
processes, and reports how many processes are alive.

Name the service's own MongoDB, database and collection beside its directory: they receive the events that wait in
the journal. Run the command as the user of the service, or as root: the files stay the service's.`

// within bounds a context by --timeout.
func (p *place) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if p.timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, p.timeout)
}

// check refuses flags that cannot be meant.
func (p *place) check() error {
	if p.timeout < 0 {
		return cli.Usagef("--timeout is %v; it must be 0 or above", p.timeout)
	}
	return nil
}

// directory returns the data directory that the command has to open; empty: none.
func (p *place) directory(c config.Config) (string, error) {
	if err := p.check(); err != nil {
		return "", err
	}
	if p.withoutJournal || c.Storage == eventstore.Memory {
		return "", nil
	}
	parent, _ := eventstore.ParentDir(c.Dir)
	info, err := os.Stat(parent)
	switch {
	case errors.Is(err, fs.ErrNotExist) && p.deployment.DataDirSaid(c):
		return "", fmt.Errorf("the data directory %s does not exist; name the directory of the service, or give --without-journal to cover only MongoDB", parent)
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("the data directory: %w", err)
	case !info.IsDir():
		return "", fmt.Errorf("the data directory %s is a file", parent)
	}
	return datadir.Setting(c.Dir)
}

// open opens the store in a data directory. It logs warnings to errs, and creates no indexes: that is the service's.
func open(ctx context.Context, c config.Config, dir string, errs io.Writer) (*mongostore.Store, error) {
	if err := connect.NeedMongoDB(c); err != nil {
		return nil, err
	}
	config := mongostore.FromConfig(c)
	config.Storage = eventstore.Disk // what is in a directory
	config.Dir, config.WithoutIndexes, config.TTL = dir, true, 0
	config.Logger = slog.New(slog.NewTextHandler(errs, &slog.HandlerOptions{Level: slog.LevelWarn}))
	connect.MarkUniques(c, &config, errs)
	store, err := mongostore.Open(ctx, config)
	if errors.Is(err, eventstore.ErrInUse) {
		return nil, fmt.Errorf("%w; a service is running there: call Store.Export or Store.Delete in it, stop it first, or give --without-journal to cover only MongoDB, without the events in its journal and its quarantine file", err)
	}
	return store, err
}

// closing bounds Shutdown, after which nothing is left to deliver.
const closing = 10 * time.Second

func shutdown(store *mongostore.Store) error {
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	return store.Shutdown(ctx)
}

// uncovered is what a result says when there was no data directory.
func uncovered(t *cli.Text, dir string) {
	if parent, auto := eventstore.ParentDir(dir); auto {
		t.Printf("covered: MongoDB, the quarantine files below %s, and the journals of processes that are dead\n", cli.Safe(parent))
		return
	}
	if dir != "" {
		t.Printf("covered: MongoDB, and the journal and the quarantine file in %s\n", cli.Safe(dir))
		return
	}
	t.Printf("%s only MongoDB is covered, without the journals and quarantine files of services\n", t.Yellow("note:"))
}
