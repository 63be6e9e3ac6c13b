// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/root"
)

// output is a file or a directory that a command makes.
type output struct {
	path string   // below the root of the repository
	args []string // of the command, without --out and the map; one that begins with also is a further file
	maps []string // below the root of the repository
}

// also begins an argument that is a file which the command makes beside its --out, below the root of the repository.
const also = "also:"

// spdx is the first line of every Go file of this repository.
const spdx = "SPDX-License-Identifier: Apache-2.0"

const shop = "cmd/otelanalytics/internal/generate/gocode/internal/shop/"

// outputs are all that commands make. Everything in a directory is taken for made.
var outputs = []output{
	{shop + "events.go", []string{"generate", "go", "--package", "shop", "--header", spdx}, []string{shop + "events.yaml"}},
	{"tests/bench/internal/login/events.go", []string{"generate", "go", "--package", "login", "--header", spdx}, []string{"tests/bench/internal/login/events.yaml"}},
	{"examples/cardgame/internal/events/events.go", []string{"generate", "go", "--package", "events", "--header", spdx}, []string{"examples/cardgame/events.yaml"}},
	{"examples/cardgame/EVENTS.md", []string{"catalogue", "--title", "What the card game tracks"}, []string{"examples/cardgame/events.yaml"}},
	{"grafana/provisioning", []string{
		"generate", "dashboards", "--title", "games=Game analytics", "--title", "users=User analytics", "--title", "credits=Credit system",
	}, []string{"examples/cardgame/events.yaml"}},
	{"examples/webhooks/EVENTS.md", []string{"catalogue", "--title", "What the webhooks track"}, []string{"examples/webhooks/events.yaml"}},
	{"grafana/prometheus/rules/cardgame.yml", []string{
		"generate", "rules", "--selector", `job="cardgame"`, "--tests", also + "grafana/prometheus/tests/cardgame_test.yml",
	}, []string{"examples/cardgame/events.yaml"}},
}

// manualPath is the page that is made from the commands themselves.
const manualPath = "docs/cli.md"

// remake makes all outputs from what is below from, and writes them below to.
func remake(ctx context.Context, from, to string) error {
	for _, o := range outputs {
		var args []string
		for _, a := range o.args {
			if file, ok := strings.CutPrefix(a, also); ok {
				a = filepath.Join(to, filepath.FromSlash(file))
			}
			args = append(args, a)
		}
		args = append(args, "--out", filepath.Join(to, filepath.FromSlash(o.path)))
		for _, m := range o.maps {
			args = append(args, filepath.Join(from, filepath.FromSlash(m)))
		}
		var out, errs bytes.Buffer
		if code := cli.Execute(ctx, root.New(), args, &out, &errs); code != cli.ExitOK {
			return fmt.Errorf("%q: exit code %d\n%s%s", args, code, &out, &errs)
		}
	}
	metrics, err := os.ReadFile(filepath.Join(from, filepath.FromSlash(metricsPath)))
	if err != nil {
		return err
	}
	if metrics, err = metricsPage(metrics); err != nil {
		return err
	}
	return errors.Join(write(to, metricsPath, metrics), write(to, manualPath, manual(root.New())))
}

// write writes a page, given its path below a directory.
func write(dir, path string, content []byte) error {
	page := filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(page), 0o755); err != nil {
		return err
	}
	return os.WriteFile(page, content, 0o644)
}
