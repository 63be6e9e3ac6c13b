// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"crypto/rand"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/ingest"
)

// keyPrefix begins every key, so that people and scanners of secrets recognise one. It has no character that Basic authorization, a
// URL or YAML takes for something else.
const keyPrefix = "oakey_"

func newKeys() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "keys",
		Short:   "Make write keys",
		Long:    "Make write keys. A configuration has only their hashes.",
		Example: "  otelanalytics collect keys new --source web",
	}
	cmd.AddCommand(newNewKey())
	return cli.Group(cmd)
}

// madeKey is the result of keys new.
type madeKey struct {
	Key    string `json:"key"`
	Hash   string `json:"hash"`
	Source string `json:"source,omitempty"`
}

func newNewKey() *cobra.Command {
	var source string
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Make a write key, and the hash of it for the configuration",
		Long: `Make a write key, and its hash for the configuration. The key is shown only once: clients get it, and nothing stores
it. The hash belongs in keys: of a source, or into its file of hashes.

To rotate a key, add the hash of the new one, give the new key to all clients, and then remove the hash of the old
one. The old key is refused within seconds, without a restart.`,
		Example: `  otelanalytics collect keys new --source web
  otelanalytics collect keys new -o json | jq -r .hash >> web-keys`,
		Args:              cli.Args(0, 0, "no arguments, only flags"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			k := madeKey{Key: keyPrefix + rand.Text(), Source: source}
			k.Hash = ingest.HashKey(k.Key).String()
			return cli.Print(cmd, k, func(t *cli.Text) {
				t.Printf("key:  %s\nhash: %s\n", k.Key, k.Hash)
				if k.Source != "" {
					t.Printf("\ningest:\n  sources:\n    - name: %q\n      keys: [%s]\n", k.Source, k.Hash)
				}
			})
		},
	}
	cmd.Flags().StringVar(&source, "source", "", "show the lines of the configuration for the source of this `name`")
	_ = cmd.RegisterFlagCompletionFunc("source", cobra.NoFileCompletions) // the flag exists
	return cmd
}
