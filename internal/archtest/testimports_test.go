// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"slices"
	"strings"
	"testing"
)

// testsMayImport has the packages above it, which need it, that the tests of a package import all the same. Its tests may
// import every other package.
var testsMayImport = map[string][]string{
	"eventstore":                {"eventstore/memsink", "internal/queuetest", "internal/servicetest", "otelanalytics"},
	"httpinstr":                 {"internal/httpbench"},
	"instruments/meterprovider": {"internal/servicetest"},
	"otelanalytics":             {"internal/servicetest", "otelanalytics/analyticstest", "otelanalytics/typed/typedimpl"},
	"otelanalytics/config":      {"otelanalytics"},
}

// TestImportDirectionOfTests holds the tests of packages to testsMayImport.
func TestImportDirectionOfTests(t *testing.T) {
	all := list(t)
	needs := make(map[string][]string)
	for _, p := range all {
		needs[p.ImportPath] = p.Deps
	}
	upwards := make(map[string][]string)
	for _, p := range all {
		name := strings.TrimPrefix(p.ImportPath, module)
		for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
			if imported != p.ImportPath && slices.Contains(needs[imported], p.ImportPath) {
				upwards[name] = append(upwards[name], strings.TrimPrefix(imported, module))
			}
		}
	}
	for name, imports := range upwards {
		for _, imported := range imports {
			if !slices.Contains(testsMayImport[name], imported) {
				t.Errorf("tests of %s import %s, which is above it; move them there, or use a scripted neighbour", name, imported)
			}
		}
	}
	for name, imports := range testsMayImport {
		for _, imported := range imports {
			if !slices.Contains(upwards[name], imported) {
				t.Errorf("the tests of %s may import %s and do not", name, imported)
			}
		}
	}
}
