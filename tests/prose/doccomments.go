// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// docComments returns the doc comments of the Go package in dir as Markdown, each below a heading with its name. Of a
// package that users cannot import, it returns the package comment alone. The text is empty when dir has no package.
func docComments(dir string, public bool) (string, error) {
	fset := token.NewFileSet()
	files, err := parseFolder(fset, dir)
	if err != nil || len(files) == 0 {
		return "", err
	}
	pkg, err := doc.NewFromFiles(fset, files, filepath.ToSlash(dir))
	if err != nil {
		return "", fmt.Errorf("%s: %w", dir, err)
	}
	var b strings.Builder
	add := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "## `%s`\n\n%s\n", name, pkg.Markdown(text))
		}
	}
	add("package "+pkg.Name, pkg.Doc)
	if public {
		addValues(add, slices.Concat(pkg.Consts, pkg.Vars))
		addFuncs(add, "", pkg.Funcs)
		for _, t := range pkg.Types {
			add(t.Name, t.Doc)
			addFields(add, t)
			addValues(add, slices.Concat(t.Consts, t.Vars))
			addFuncs(add, "", t.Funcs)
			addFuncs(add, t.Name+".", t.Methods)
		}
	}
	return b.String(), nil
}

// parseFolder parses the Go files of one folder, without tests.
func parseFolder(fset *token.FileSet, dir string) ([]*ast.File, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, filepath.Join(dir, e.Name()), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		if len(files) == 0 || f.Name.Name == files[0].Name.Name {
			files = append(files, f)
		}
	}
	return files, nil
}

func addFuncs(add func(name, text string), prefix string, funcs []*doc.Func) {
	for _, f := range funcs {
		add(prefix+f.Name, f.Doc)
	}
}

// addValues adds constants and variables: the comment of a group, and the comment of each name.
func addValues(add func(name, text string), values []*doc.Value) {
	for _, v := range values {
		add(strings.Join(v.Names, ", "), v.Doc)
		for _, s := range v.Decl.Specs {
			if s, ok := s.(*ast.ValueSpec); ok && v.Decl.Lparen.IsValid() && s.Names[0].IsExported() {
				add(s.Names[0].Name, s.Doc.Text())
			}
		}
	}
}

// addFields adds the comments of a struct's exported fields and of an interface's exported methods.
func addFields(add func(name, text string), t *doc.Type) {
	for _, s := range t.Decl.Specs {
		s, ok := s.(*ast.TypeSpec)
		if !ok {
			continue
		}
		var fields *ast.FieldList
		switch typ := s.Type.(type) {
		case *ast.StructType:
			fields = typ.Fields
		case *ast.InterfaceType:
			fields = typ.Methods
		default:
			continue
		}
		for _, f := range fields.List {
			for _, n := range f.Names {
				if n.IsExported() {
					add(t.Name+"."+n.Name, f.Doc.Text())
				}
			}
		}
	}
}

// packages returns the folders below root that hold Go code of the root module and of libraries, as paths relative to root.
func packages(root string) ([]string, error) {
	var dirs []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		switch {
		case name == ".":
			return nil
		case strings.HasPrefix(d.Name(), "."), d.Name() == "testdata", slices.Contains([]string{"cmd", "examples", "tests", "findings", "docs"}, name):
			return filepath.SkipDir
		}
		dirs = append(dirs, filepath.ToSlash(name))
		return nil
	})
	return dirs, err
}
