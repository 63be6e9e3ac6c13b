// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"go/ast"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayReadEnvironment has the packages of this module that users import and that read the environment, as
// docs/configuration.md says.
var mayReadEnvironment = map[string]bool{"otelanalytics/config": true, "telemetry": true}

// testHelpers are the internal packages that tests alone import.
var testHelpers = map[string]bool{
	"internal/archtest": true, "internal/dnstest": true, "internal/httpbench": true, "internal/jsonschema": true, "internal/mongotest": true, "internal/natstest": true, "internal/porttest": true,
	"internal/historytest": true, "internal/queuetest": true, "internal/redistest": true, "internal/refusals": true, "internal/servicetest": true, "internal/testserver": true, "internal/wireserver": true,
}

// readers are the functions that read the environment, by the package that has them.
var readers = map[string][]string{
	"os":      {"Getenv", "LookupEnv", "Environ", "ExpandEnv"},
	"syscall": {"Getenv", "Environ"},
}

// TestEnvironmentIsReadByLoadersAlone looks for uses of functions that read the environment, under whatever name a file
// imports their package, in the packages that a service compiles.
func TestEnvironmentIsReadByLoadersAlone(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	reads := make(map[string]bool)
	for file, tree := range sources(t, root) {
		dir, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		dir = filepath.ToSlash(dir)
		if _, ours := mayImport[dir]; !ours || testHelpers[dir] || strings.HasSuffix(file, "_test.go") {
			continue
		}
		names := make(map[string]string) // of the packages with readers, as the file calls them
		for _, i := range tree.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if readers[path] == nil {
				continue
			}
			name := path
			if i.Name != nil {
				name = i.Name.Name
			}
			if names[name] = path; name == "." {
				t.Errorf("%s imports %s under no name", file, path)
			}
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			from, ok := s.X.(*ast.Ident)
			if ok && slices.Contains(readers[names[from.Name]], s.Sel.Name) {
				reads[dir] = true
				if !mayReadEnvironment[dir] {
					t.Errorf("%s uses %s.%s", file, names[from.Name], s.Sel.Name)
				}
			}
			return true
		})
	}
	for dir := range mayReadEnvironment {
		if !reads[dir] {
			t.Errorf("%s may read the environment and does not", dir)
		}
	}
}
