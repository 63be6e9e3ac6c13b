// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// Help is the part of a command's Long text about these flags: it states where settings come from.
const Help = `The command works on the deployment that the SDK's configuration names. A flag takes precedence over the variables
OTELANALYTICS_…, and these take precedence over the file of --config or OTELANALYTICS_CONFIG_FILE. Give a connection
string with a password in OTELANALYTICS_MONGODB_URI or in the file. Other users of the machine can see a command
line, and the shell's history keeps it.`

// Flags are the flags that say which deployment a command is about. Those that are empty leave a setting as it is.
type Flags struct {
	config, uri, database, collection, dataDir string
	uriFlag                                    string // the name of the flag of uri
}

// AddFlags gives a command the flags about MongoDB.
func AddFlags(cmd *cobra.Command) *Flags { return addFlags(cmd, "uri") }

// AddFlagsTo is AddFlags for a command that moves events to MongoDB: --to names it.
func AddFlagsTo(cmd *cobra.Command) *Flags { return addFlags(cmd, "to") }

func addFlags(cmd *cobra.Command, uriFlag string) *Flags {
	f := &Flags{uriFlag: uriFlag}
	set := cmd.Flags()
	set.StringVar(&f.config, "config", "", "the SDK's configuration `file`, such as otelanalytics.yaml")
	set.StringVar(&f.uri, uriFlag, "", "MongoDB's connection `string`, if it holds no password")
	set.StringVar(&f.database, "database", "", "the `name` of the database")
	set.StringVar(&f.collection, "collection", "", "the `name` of the collection")
	// The flags exist: the errors cannot happen.
	_ = cmd.RegisterFlagCompletionFunc("config", cli.CompleteMaps)
	for _, name := range []string{uriFlag, "database", "collection"} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions)
	}
	return f
}

// AddDataDir gives a command the flag about the directory of the journal and the quarantine file.
func (f *Flags) AddDataDir(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.dataDir, "data-dir", "", "the `directory` of the journal and the quarantine file")
	_ = cmd.MarkFlagDirname("data-dir")
}

// Load returns the configuration: the file, the environment over it, the flags over both. The connection string may be
// empty.
func (f *Flags) Load() (config.Config, error) { return f.load(config.Load) }

// LoadWithoutKeys is Load for a command that neither hashes nor suppresses: whoever reads what is stored needs no key for
// it.
func (f *Flags) LoadWithoutKeys() (config.Config, error) { return f.load(config.LoadWithoutKeys) }

func (f *Flags) load(from func(path string) (config.Config, error)) (config.Config, error) {
	c, err := from(f.config)
	if err != nil {
		return c, fmt.Errorf("the SDK's configuration: %w", err)
	}
	if f.uri != "" && !strings.HasPrefix(f.uri, "mongodb://") && !strings.HasPrefix(f.uri, "mongodb+srv://") {
		return c, cli.Usagef("--%s (not shown) is not a connection string; write one that begins with mongodb:// or mongodb+srv://", f.uriFlag)
	}
	if f.uri != "" {
		c.URI = config.Secret(f.uri)
	}
	for _, s := range []struct {
		flag    string
		setting *string
	}{{f.database, &c.Database}, {f.collection, &c.Collection}, {f.dataDir, &c.Dir}} {
		if s.flag != "" {
			*s.setting = s.flag
		}
	}
	return c, nil
}

// DataDirSaid reports whether the flag, the environment or the file names the directory, as far as that can be told from
// the default.
func (f *Flags) DataDirSaid(c config.Config) bool {
	return f.dataDir != "" || c.Dir != eventstore.DefaultDir
}

// NeedMongoDB says what to do when no MongoDB is named.
func NeedMongoDB(c config.Config) error {
	if c.URI == "" {
		return errors.New("no MongoDB is named; set OTELANALYTICS_MONGODB_URI, mongodb.uri in the file of --config, or, without a password in it, --uri")
	}
	return nil
}
