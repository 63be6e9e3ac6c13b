// SPDX-License-Identifier: Apache-2.0

package root

import (
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// version is what --version says.
type version struct {
	Version  string `json:"version"`            // of the SDK
	Go       string `json:"go"`                 // that built the command
	Revision string `json:"revision,omitempty"` // of the repository, when it was built from one
}

func currentVersion() version {
	v := version{Version: otelanalytics.Version}
	if info, ok := debug.ReadBuildInfo(); ok {
		v.Go = info.GoVersion
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v.Revision = s.Value
			}
		}
	}
	return v
}

// addVersionFlag gives the command line the flag --version. The flag of the library prints text whatever -o says.
func addVersionFlag(root *cobra.Command) {
	var asked bool
	root.Flags().BoolVarP(&asked, "version", "v", false, "print the version")
	run := root.RunE
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if !asked {
			return run(cmd, args)
		}
		v := currentVersion()
		return cli.Print(cmd, v, func(t *cli.Text) { t.Printf("otelanalytics version %s\n", v.Version) })
	}
}
