// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"go/doc/comment"
	"go/types"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestDocLinksLeadSomewhere looks for what comments of this module refer to in brackets, such as [Client.Track].
func TestDocLinksLeadSomewhere(t *testing.T) {
	e := loaded(t)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	followed := 0
	for file, tree := range sources(t, root) {
		dir, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		path := module + filepath.ToSlash(dir)
		if e.files[path] == "" || strings.HasSuffix(file, "_test.go") {
			continue
		}
		p := comment.Parser{
			LookupPackage: func(name string) (string, bool) {
				for _, i := range tree.Imports {
					if at, err := strconv.Unquote(i.Path.Value); err == nil && (i.Name != nil && i.Name.Name == name || strings.HasSuffix("/"+at, "/"+name)) {
						return at, true
					}
				}
				return comment.DefaultLookupPackage(name)
			},
			LookupSym: func(string, string) bool { return true },
		}
		for _, group := range tree.Comments {
			for _, link := range links(p.Parse(group.Text())) {
				followed++
				from := path
				if link.ImportPath != "" {
					from = link.ImportPath
				}
				if e.files[from] == "" {
					t.Errorf("%s: a comment refers to package %s, which is not used here", file, from)
					continue
				}
				to, err := e.Import(from)
				if err != nil {
					t.Fatal(err)
				}
				if !leads(to, link) {
					t.Errorf("%s: a comment refers to %s %s.%s, which does not exist", file, from, link.Recv, link.Name)
				}
			}
		}
	}
	if followed < 150 {
		t.Errorf("only %d links followed: the comments were not found", followed)
	}
}

// leads reports whether a link names something that a package exports.
func leads(p *types.Package, link *comment.DocLink) bool {
	switch {
	case link.Name == "":
		return true
	case link.Recv != "":
		return member(p, link.Recv, link.Name)
	}
	return p.Scope().Lookup(link.Name) != nil
}

// links returns the links of a comment.
func links(doc *comment.Doc) []*comment.DocLink {
	var all []*comment.DocLink
	var walk func([]comment.Block)
	walk = func(blocks []comment.Block) {
		for _, b := range blocks {
			var texts []comment.Text
			switch b := b.(type) {
			case *comment.Paragraph:
				texts = b.Text
			case *comment.Heading:
				texts = b.Text
			case *comment.List:
				for _, item := range b.Items {
					walk(item.Content)
				}
			}
			for _, text := range texts {
				if link, ok := text.(*comment.DocLink); ok {
					all = append(all, link)
				}
			}
		}
	}
	walk(doc.Content)
	return all
}
