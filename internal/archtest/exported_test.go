// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// exported knows what packages export, as the compiler has written it down.
type exported struct {
	types.Importer
	files map[string]string         // of each package that this module needs: where its exports are
	ours  map[string]*types.Package // by name: the packages of this module and of [libraries] that users import
	given *types.Scope              // the variables of the constant given
}

// exports loads the exports of this module's packages and of all that they need.
var exports = sync.OnceValues(func() (*exported, error) {
	e := &exported{files: make(map[string]string), ours: make(map[string]*types.Package)}
	var paths []string
	for _, l := range append([]library{{shown: standard}}, libraries...) {
		args := []string{"list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Name}} {{.Export}}", "./..."}
		cmd := exec.Command("go", append(args, l.shown...)...)
		cmd.Dir = filepath.Join("../..", l.dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(out)) {
			f := strings.Fields(line)
			if len(f) < 3 || e.files[f[0]] != "" {
				continue // unsafe has no file
			}
			e.files[f[0]] = f[2]
			if rest, ok := strings.CutPrefix(f[0], module); ok && !strings.Contains("/"+rest, "/internal/") {
				paths = append(paths, f[0])
			}
		}
	}
	e.Importer = importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(e.files[path])
	})
	for _, path := range paths {
		p, err := e.Import(path)
		if err != nil {
			return nil, err
		}
		if other := e.ours[p.Name()]; other != nil {
			return nil, fmt.Errorf("%s and %s have one name: pages cannot tell them apart", path, other.Path())
		}
		e.ours[p.Name()] = p
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "given", "package main\n"+e.imports(given)+given, 0)
	if err != nil {
		return nil, err
	}
	p, err := (&types.Config{Importer: e}).Check("given", fset, []*ast.File{file}, nil)
	if err != nil {
		return nil, err
	}
	e.given = p.Scope()
	return e, nil
})

// loaded returns exports.
func loaded(t *testing.T) *exported {
	t.Helper()
	e, err := exports()
	if err != nil {
		t.Fatal(err)
	}
	if len(e.ours) < 15 {
		t.Fatalf("only %d packages of this module were found", len(e.ours))
	}
	return e
}

// member looks for a field or a method of an exported type.
func member(p *types.Package, typeName, name string) bool {
	of, ok := p.Scope().Lookup(typeName).(*types.TypeName)
	if !ok {
		return false
	}
	found, _, _ := types.LookupFieldOrMethod(of.Type(), true, p, name)
	return found != nil
}
