// SPDX-License-Identifier: Apache-2.0

// Package pinned knows the real servers that tests start: which versions, how they are built, and where they are then.
// The versions are in the go.mod files below internal/servertools, and nowhere else; their go.sum files hold the
// checksum of all that a server is built from.
package pinned

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/mod/modfile"
)

// modules is where the modules of the tools are, below the root of the repository.
const modules = "tests/exporters/internal/servertools"

// Command is what a contributor runs, in the root of the repository, to build all tools.
const Command = "make tools"

// Tool is a program that tests start.
type Tool struct {
	Name    string // of the program, such as promtool
	Dir     string // of the module that pins it, below modules
	Package string // to build, as seen from that module
	Module  string // whose version is the tool's
	Tags    string // of the build
}

// Tools lists the tools in the order in which they are built. Prometheus is built without the discovery of targets at
// cloud providers, which would take twice the time and memory and which no test uses; static targets and files remain.
func Tools() []Tool {
	const prometheus = "github.com/prometheus/prometheus"
	return []Tool{
		{"prometheus", "prometheus", prometheus + "/cmd/prometheus", prometheus, "remove_all_sd"},
		{"promtool", "prometheus", prometheus + "/cmd/promtool", prometheus, "remove_all_sd"},
		{"otelcol", "collector", ".", "go.opentelemetry.io/collector/otelcol", ""},
	}
}

// Find returns the path of a built tool, for a test that runs anywhere in the repository. Its error names what is
// missing, and the command that builds it.
func Find(name string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	for _, t := range Tools() {
		if t.Name != name {
			continue
		}
		path, err := t.Path(root)
		if err != nil {
			return "", err
		}
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			rel, _ := filepath.Rel(root, path)
			return "", fmt.Errorf("%s is not built (%s is missing): run %s in %s", name, rel, Command, root)
		} else if err != nil {
			return "", err
		}
		return path, nil
	}
	return "", fmt.Errorf("no tool has the name %q", name)
}

// Root returns the root of the repository that the working directory is in.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for start := dir; ; {
		if _, err := os.Stat(filepath.Join(dir, modules)); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("%s is not in a checkout of the repository: no folder above it has %s", start, modules)
		}
		dir = parent
	}
}

// ModuleDir is the directory to build the tool in.
func (t Tool) ModuleDir(root string) string { return filepath.Join(root, modules, t.Dir) }

// Version is the version that the tool's go.mod pins.
func (t Tool) Version(root string) (string, error) {
	path := filepath.Join(t.ModuleDir(root), "go.mod")
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	file, err := modfile.Parse(path, text, nil)
	if err != nil {
		return "", err
	}
	for _, r := range file.Require {
		if r.Mod.Path == t.Module {
			return r.Mod.Version, nil
		}
	}
	return "", fmt.Errorf("%s does not require %s", path, t.Module)
}

// Path is where the tool is when it is built. The name carries the version, and a digest of all files of the module
// that pins it, so that what is there under that name was built from them.
func (t Tool) Path(root string) (string, error) {
	version, err := t.Version(root)
	if err != nil {
		return "", err
	}
	files, err := os.ReadDir(t.ModuleDir(root))
	if err != nil {
		return "", err
	}
	digest := sha256.New()
	fmt.Fprintf(digest, "%s %s\n", t.Package, t.Tags)
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(t.ModuleDir(root), f.Name()))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(digest, "%s %d\n%s", f.Name(), len(text), text)
	}
	name := fmt.Sprintf("%s-%s-%.4x", t.Name, version, digest.Sum(nil))
	return filepath.Join(root, ".build", "servers", name+suffix()), nil
}

// Link is the name without a version that points to the tool, for people.
func (t Tool) Link(root string) string { return filepath.Join(root, ".build", t.Name+suffix()) }

func suffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
