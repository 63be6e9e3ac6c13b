// SPDX-License-Identifier: Apache-2.0

package datadir

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// Help says, within the Long text of a command, which directory it looks at.
const Help = `DIR is the data directory of a service. The default comes from the SDK's configuration: OTELANALYTICS_DATA_DIR,
data_dir in the file of --config or OTELANALYTICS_CONFIG_FILE, or else otelanalytics-data. If processes side by side
have their directories below it, the command lists them, and you name one.`

// Selection says which data directory a command looks at, and what it shows of it.
type Selection struct {
	config       string
	Events, Data bool
	Limit        int
}

// Add gives a command an optional argument DIR, and the flags --config, --events, --data and --limit.
func Add(cmd *cobra.Command) *Selection {
	s := &Selection{}
	cmd.Args = cli.Args(0, 1, "one DIR at most")
	cmd.ValidArgsFunction = func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	set := cmd.Flags()
	set.StringVar(&s.config, "config", "", "the SDK's configuration `file`, such as otelanalytics.yaml")
	set.BoolVar(&s.Events, "events", false, "list the events, too")
	set.BoolVar(&s.Data, "data", false, "show the data of events, too, which may be personal; implies --events")
	set.IntVar(&s.Limit, "limit", 1000, "list so many events at most; 0 lists all")
	// The flags exist: the errors cannot happen.
	_ = cmd.RegisterFlagCompletionFunc("config", cli.CompleteMaps)
	_ = cmd.RegisterFlagCompletionFunc("limit", cobra.NoFileCompletions)
	return s
}

// Dir returns the one directory that the argument or the configuration names, or stands for.
func (s *Selection) Dir(args []string) (string, error) {
	s.Events = s.Events || s.Data
	if s.Limit < 0 {
		return "", cli.Usagef("--limit is %d; it must be 0 or above", s.Limit)
	}
	if len(args) > 0 {
		return One(args[0])
	}
	c, err := config.Load(s.config)
	if err != nil {
		return "", fmt.Errorf("the SDK's configuration: %w", err)
	}
	if c.Storage == eventstore.Memory {
		return "", errors.New("the configuration keeps events in memory (journal.storage, OTELANALYTICS_JOURNAL_STORAGE): only the service itself " +
			"can show them, with Store.ReadQuarantine; name a DIR to look at another service's")
	}
	return One(c.Dir)
}

// Wants reports whether one more event is to be listed when there are n already.
func (s *Selection) Wants(n int) bool { return s.Events && (s.Limit == 0 || n < s.Limit) }

// JSON returns a document as relaxed Extended JSON when data is wanted, and nil when not. Fields have the names of the caller.
func (s *Selection) JSON(doc bson.Raw) any {
	if !s.Data || doc == nil {
		return nil
	}
	text, err := bson.MarshalExtJSON(bson.Raw(eventdoc.PlainDocument(doc)), false, false)
	if err != nil {
		return nil // no document after all
	}
	return rawJSON(text)
}

// rawJSON is text that is JSON already.
type rawJSON []byte

func (r rawJSON) MarshalJSON() ([]byte, error) { return r, nil }
func (r rawJSON) String() string               { return string(r) }
