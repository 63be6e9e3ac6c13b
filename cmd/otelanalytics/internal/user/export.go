// SPDX-License-Identifier: Apache-2.0

package user

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// exported is what the command export says.
type exported struct {
	File         string `json:"file"`
	DataDir      string `json:"data_dir,omitempty"` // that was covered
	Stored       int64  `json:"stored"`
	Quarantined  int64  `json:"quarantined"`
	Unattributed int64  `json:"unattributed"`
	linkedIDs
}

func newExport() *cobra.Command {
	var p *place
	var file string
	var aliases bool
	cmd := &cobra.Command{
		Use:   "export USER",
		Short: "Write everything that is kept of a user's events to a file",
		Long: `Write everything that is kept of a user's events to a file, one JSON object a line. Each document of MongoDB is
there whole, as relaxed Extended JSON. An event that MongoDB refused is there with the reason. The file appears when
it is complete, readable by you alone. A file that is there already is not replaced.

` + linksHelp + `

` + journalHelp + `

The exit code is 1 when the quarantine file has lines without a known owner: read them.

` + connect.Help,
		Example: `  otelanalytics user export u-17 --out u-17.jsonl --data-dir /var/lib/shop/analytics
  otelanalytics user export u-17 --out u-17.jsonl --with-aliases --data-dir /var/lib/shop/analytics
  otelanalytics user export u-17 --out u-17.jsonl --without-journal`,
		Args:              cli.Args(1, 1, about),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if file == "" {
				return cli.Usagef("--out is missing; name the file to write")
			}
			if file == "-" {
				return cli.Usagef("--out is -, and the standard output may get a part of an export; name the file to write")
			}
			if args[0] == "" {
				return cli.Usagef("USER is empty; anonymous events belong to no user")
			}
			return export(cmd, p, args[0], file, aliases)
		},
	}
	p = addPlace(cmd)
	addWithAliases(cmd, &aliases)
	cmd.Flags().StringVar(&file, "out", "", "the `file` to write")
	_ = cmd.MarkFlagFilename("out", "jsonl", "json")
	return cmd
}

func export(cmd *cobra.Command, p *place, userID, file string, aliases bool) error {
	ctx, cancel := p.within(cmd.Context())
	defer cancel()
	c, err := p.deployment.LoadWithoutKeys()
	if err != nil {
		return err
	}
	dir, err := p.directory(c)
	if err != nil {
		return err
	}
	r := &exported{File: file, DataDir: dir}
	progress := cli.NewProgress(cmd, -1, "exporting")
	defer progress.Done()
	err = newFile(file, func(w io.Writer) error {
		return r.from(ctx, cmd, c, userID, aliases, &counter{w, progress})
	})
	progress.Done()
	if err != nil {
		return fmt.Errorf("%w; %s was not written", err, file)
	}
	if err := cli.Print(cmd, r, r.write); err != nil {
		return err
	}
	if r.Unattributed > 0 {
		return cli.Failedf("quarantine.jsonl in %s has %s whose user is unknown; read them", dir, cli.Counted(r.Unattributed, "line"))
	}
	return nil
}

// from writes the events.
func (r *exported) from(ctx context.Context, cmd *cobra.Command, c config.Config, userID string, aliases bool, w io.Writer) (err error) {
	if r.DataDir == "" {
		reader, err := connect.Reader(c)
		if err != nil {
			return err
		}
		defer reader.Close()
		if err := r.find(ctx, reader, userID, aliases); err != nil {
			return err
		}
		result, err := reader.Export(ctx, userID, w, r.option())
		r.Stored = result.Stored
		return err
	}
	store, err := open(ctx, c, r.DataDir, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	err = r.find(ctx, store, userID, aliases)
	if err == nil {
		var result mongostore.ExportResult
		result, err = store.Export(ctx, userID, w, r.option())
		r.Stored, r.Quarantined, r.Unattributed = result.Stored, result.Quarantined, result.Unattributed
	}
	closed := shutdown(store)
	if err != nil {
		return err // what closing says is the same again
	}
	return closed
}

func (r *exported) write(t *cli.Text) {
	t.Printf("%s: %s, and %d that MongoDB refused\n", cli.Safe(r.File), cli.Counted(r.Stored, "event"), r.Quarantined)
	r.linkedIDs.write(t)
	uncovered(t, r.DataDir)
}

// newFile makes a file of what write writes, or none. It replaces none.
func newFile(path string, write func(io.Writer) error) error {
	switch _, err := os.Lstat(path); {
	case err == nil:
		return fmt.Errorf("%s is there already; name another file, or remove it", path)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return cli.Replace(path, 0o600, write)
}

// counter shows the lines that are written as progress.
type counter struct {
	to       io.Writer
	progress *cli.Progress
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.progress.Add(bytes.Count(b[:n], []byte("\n")))
	return n, err
}
