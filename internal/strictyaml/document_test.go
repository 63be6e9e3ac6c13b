// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"fmt"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestPanicOfTheYAMLParserIsAnError(t *testing.T) {
	dec := yaml.NewDecoder(panics{})
	var n yaml.Node
	if err := decode(dec, &n); fmt.Sprint(err) != "yaml: the parser gave up" {
		t.Errorf("got %v", err)
	}
}

type panics struct{}

func (panics) Read([]byte) (int, error) { panic("out of order") }

var format = Format{Name: "a list", Begin: "begin it with a key", MaxBytes: 1 << 20, TooLong: "split it"}

func TestMistakesAreFoundAtTheirPlaces(t *testing.T) {
	for _, c := range []struct {
		name, text string
		read       func(Node)
		want       []Mistake
	}{
		{"nothing wrong", "a: {b: [1, 2]}\n", func(n Node) { n.Object("a") }, nil},
		{"empty", "# a comment\n", nil, []Mistake{{1, 1, "", "the file is empty", "begin it with a key"}}},
		{
			"two documents", "a: 1\n---\nb: 2\n", func(n Node) { n.Object("a") },
			[]Mistake{{2, 1, "", "a second YAML document begins here", `a list is one document: remove the "---" between them`}},
		},
		{
			"unknown key", "aa: 1\nbbb: 2\n", func(n Node) { n.Object("aa", "bbbb") },
			[]Mistake{{2, 1, "bbb", "is not a known key", `did you mean "bbbb"? known keys: aa, bbbb`}},
		},
		{
			"entry of a list", "a: [x, {}]\n", func(n Node) {
				list, _ := n.Object("a").Get("a")
				for _, item := range list.Items() {
					item.Text()
				}
			},
			[]Mistake{{1, 8, "a[1]", "must be text, not a mapping", "write text, in quotes where YAML would read something else"}},
		},
		{
			"key that is missing", "a: 1\n", func(n Node) { n.Missing("version", "write it"); n.At("size").Fail("is too small", "") },
			[]Mistake{{1, 1, "version", "is missing", "write it"}, {1, 1, "size", "is too small", ""}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := NewReport(10)
			n, ok := format.Parse(r, []byte(c.text))
			if ok != (c.read != nil) {
				t.Fatalf("there is a document: %v", ok)
			}
			if ok {
				c.read(n)
			}
			if got := r.Mistakes(); !slices.Equal(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestReportIsBoundedAndSorted(t *testing.T) {
	r := NewReport(2)
	r.Add(5, 1, "", "later", "")
	if r.Full() {
		t.Error("one of two is full")
	}
	r.Add(0, 0, "", "earlier", "")
	r.Add(1, 1, "", "left out", "")
	want := []Mistake{
		{1, 1, "", "earlier", ""},
		{5, 1, "", "later", ""},
		{5, 1, "", "there are more mistakes than the 2 listed here", "correct these first"},
	}
	if got := r.Mistakes(); !slices.Equal(got, want) || !r.Full() {
		t.Errorf("got %+v, full %v", got, r.Full())
	}
}

func TestPeekReportsNothing(t *testing.T) {
	r := NewReport(10)
	n, _ := format.Parse(r, []byte("version: 1\nversion: 2\nother: 3\n"))
	var got []string
	for _, v := range n.Peek("version") {
		got = append(got, v.Raw())
	}
	if !slices.Equal(got, []string{"1", "2"}) || len(r.Mistakes()) > 0 {
		t.Errorf("%q, %v", got, r.Mistakes())
	}
}

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		name, text    string
		first, second bool
		want          SyntaxError
	}{
		{"nothing", "", false, false, SyntaxError{}},
		{"comments", "# a\n", false, false, SyntaxError{}},
		{"one", "a: 1\n", true, false, SyntaxError{}},
		{"two", "a: 1\n---\nb: 2\n", true, true, SyntaxError{}},
		{"broken", "a: }\n", false, false, SyntaxError{Line: 1, Column: 1, Problem: "did not find expected node content"}},
		{"second broken", "a: 1\n---\n  b: [\n", true, false, SyntaxError{Line: 4, Column: 1, Problem: "did not find expected node content"}},
		{"indentation", "a:\n  b: 1\n c: 2\n", false, false, SyntaxError{Line: 3, Column: 2, Problem: "did not find expected key", Indented: true}},
		{"alias", "a: 1\nb: *c\n", false, false, SyntaxError{Line: 2, Column: 4, Problem: "unknown anchor 'c' referenced", Anchor: "c"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			first, second, wrong := Decode([]byte(c.text))
			if (first != nil) != c.first || (second != nil) != c.second {
				t.Errorf("first %v, second %v", first, second)
			}
			if wrong == nil {
				wrong = &SyntaxError{}
			}
			if *wrong != c.want {
				t.Errorf("got  %+v\nwant %+v", *wrong, c.want)
			}
		})
	}
}
