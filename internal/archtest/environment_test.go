// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"go/ast"
	"path/filepath"
	"strings"
	"testing"
)

// mayReadEnvironment has the packages of this module that users import and that read the environment, as
// docs/configuration.md says.
var mayReadEnvironment = map[string]bool{"otelanalytics/config": true, "telemetry": true}

// TestEnvironmentIsReadByLoadersAlone looks for calls that read the environment in the packages that users import.
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
		if _, ours := mayImport[dir]; !ours || strings.HasPrefix(dir, "internal/") || strings.HasSuffix(file, "_test.go") {
			continue
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			from, ok := s.X.(*ast.Ident)
			if ok && from.Name == "os" && (s.Sel.Name == "Getenv" || s.Sel.Name == "LookupEnv" || s.Sel.Name == "Environ" || s.Sel.Name == "ExpandEnv") {
				reads[dir] = true
				if !mayReadEnvironment[dir] {
					t.Errorf("%s calls os.%s", file, s.Sel.Name)
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
