// SPDX-License-Identifier: Apache-2.0

// Command servertools builds the real servers that tests start, from Go modules whose versions and checksums are pinned
// in the folders beside it, into .build/servers; .build/prometheus, .build/promtool and .build/otelcol point there.
//
//	cd tests/exporters && go run ./internal/servertools     (make tools)
//
// What is built already is left alone. The rest is built one after the other: some minutes and 3 GB of memory. The
// collector has a main.go of its own, because with it go.sum pins everything and Go alone builds it; the collector's
// builder would resolve versions anew on each machine.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/otelanalytics/otelanalytics-go/tests/exporters/internal/pinned"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "servertools:", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := pinned.Root()
	if err != nil {
		return err
	}
	for _, t := range pinned.Tools() {
		if err := provide(t, root); err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
	}
	return nil
}

// provide builds a tool unless it is there, and points its link to it.
func provide(t pinned.Tool, root string) error {
	path, err := t.Path(root)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err != nil {
		fmt.Println("building", filepath.Base(path))
		began := time.Now()
		if err := build(t, root, path); err != nil {
			return err
		}
		fmt.Println("built it in", time.Since(began).Round(time.Second))
	}
	return link(path, t.Link(root))
}

// build builds under another name first: what has the tool's name is whole.
func build(t pinned.Tool, root, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".building-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	unfinished := filepath.Join(dir, t.Name)
	cmd := exec.Command("go", "build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-tags="+t.Tags, "-o", unfinished, t.Package)
	cmd.Dir = t.ModuleDir(root)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", cmd, err)
	}
	return os.Rename(unfinished, path)
}

// link has a name point to a tool, and leaves it alone when it does.
func link(path, name string) error {
	to, err := filepath.Rel(filepath.Dir(name), path)
	if err != nil {
		return err
	}
	if old, err := os.Readlink(name); err == nil && old == to {
		return nil
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Symlink(to, name)
}
