// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// modulesMayImport has the internal packages of the root module that the nested modules import. People copy the examples,
// and copies cannot import them: in examples, only tests do.
var modulesMayImport = map[string][]string{
	"examples":          {},
	"grpcinstr":         {},
	"natsstore":         {},
	"kafkastore":        {},
	"cmd/otelanalytics": {"internal/bsondoc", "internal/diagnosis", "internal/evaluation", "internal/eventdoc", "internal/identity", "internal/loopback", "internal/metricsserver", "internal/mongosafe", "internal/mongotest", "internal/ownmetrics", "internal/regexdialect", "internal/words"}, // clitest has mongotest
	"tests/bench":       {"internal/evaluation", "internal/fieldtree", "internal/httpbench", "internal/mongotest", "internal/wireserver"},
	"tests/browser":     {},
	"tests/collect":     {"internal/mongotest", "internal/servicetest", "internal/wireserver"},
	"tests/deploy":      {},
	"tests/engines":     {},
	"tests/exporters":   {"internal/mongotest", "internal/porttest", "internal/servicetest"}, // its package services has mongotest
	"tests/expressions": {"internal/expression", "internal/words"},
	"tests/faults":      {"internal/mongotest", "internal/servicetest", "internal/wireserver"},
	"tests/ingest":      {"internal/mongotest", "internal/porttest", "internal/servicetest"},
	"tests/pictures":    {},
	"tests/promql":      {},
	"tests/prose":       {},
}

// moduleTestsMayImport has those that only tests of the nested modules import.
var moduleTestsMayImport = map[string][]string{
	"examples":          {"internal/expression", "internal/mongotest", "internal/redistest", "internal/refusals", "internal/servicetest"},
	"cmd/otelanalytics": {"internal/historytest", "internal/natstest", "internal/porttest", "internal/servicetest", "internal/wireserver"},
	"grpcinstr":         {"internal/mongotest", "internal/porttest", "internal/servicetest"},
	"natsstore":         {"internal/natstest", "internal/porttest", "internal/queuetest"},
	"kafkastore":        {"internal/porttest", "internal/queuetest"},
	"tests/engines":     {"internal/mongotest", "internal/natstest", "internal/porttest"},
	"tests/exporters":   {"internal/evaluation", "internal/eventdoc", "internal/natstest", "internal/redistest"},
	"tests/pictures":    {"internal/mongotest", "internal/redistest"},
}

// TestInternalImportsOfModules holds the nested modules to modulesMayImport and moduleTestsMayImport.
func TestInternalImportsOfModules(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	nested, err := filepath.Glob(filepath.Join(root, "tests/*/go.mod"))
	if err != nil || len(nested) == 0 {
		t.Fatalf("%d modules of tests, %v", len(nested), err)
	}
	for _, m := range nested {
		if name := "tests/" + filepath.Base(filepath.Dir(m)); modulesMayImport[name] == nil {
			t.Errorf("%s: not in the table of this test; say what it may import", name)
		}
	}
	used := make(map[string]bool)
	for file, tree := range sources(t, root) {
		relative, err := filepath.Rel(root, file)
		if err != nil {
			t.Fatal(err)
		}
		relative = filepath.ToSlash(relative)
		for name := range modulesMayImport {
			if !strings.HasPrefix(relative, name+"/") {
				continue
			}
			allowed := modulesMayImport[name]
			if strings.HasSuffix(file, "_test.go") {
				allowed = slices.Concat(allowed, moduleTestsMayImport[name])
			}
			for _, i := range tree.Imports {
				path, err := strconv.Unquote(i.Path.Value)
				if err != nil {
					t.Fatal(err)
				}
				imported, ours := strings.CutPrefix(path, module)
				if !ours || strings.HasPrefix(imported, name+"/") || !strings.Contains("/"+imported+"/", "/internal/") {
					continue
				}
				used[name+" "+imported] = true
				if !slices.Contains(allowed, imported) {
					t.Errorf("%s imports %s; it may import %v", relative, imported, allowed)
				}
			}
		}
	}
	for _, table := range []map[string][]string{modulesMayImport, moduleTestsMayImport} {
		for name, imports := range table {
			for _, imported := range imports {
				if !used[name+" "+imported] {
					t.Errorf("%s may import %s and does not", name, imported)
				}
			}
		}
	}
}
