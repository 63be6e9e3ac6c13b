// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// maxGoName bounds the names of generated Go, which the language does not.
const maxGoName = 100

// goName reads a name for generated Go: an exported identifier of ASCII.
func goName(n strictyaml.Node) string {
	const fix = "start with a capital letter of ASCII, and use only letters, digits and _ after it, such as OrderPaid"
	s, ok := n.Text()
	switch {
	case !ok:
	case s == "":
		n.Fail("the name is empty", fix)
	case len(s) > maxGoName:
		n.Fail("the name has more than 100 characters", "shorten it")
	case s[0] < 'A' || s[0] > 'Z' || strings.ContainsFunc(s, func(c rune) bool { return !letter(c) && (c < '0' || c > '9') && c != '_' }):
		n.Fail(words.Quote(s)+" is not an exported name in Go", fix)
	default:
		return s
	}
	return ""
}

// loadGoNames reads the names of the field's values in generated Go. If free is true, the field lists no values.
func (f *Field) loadGoNames(n strictyaml.Node, free bool) {
	switch {
	case free || f.Type != StringField:
		n.Fail("only a field of type string with values has constants in Go", "remove it, or list the values")
	case f.Rules.Values != nil: // else they have a mistake
		texts := make([]string, len(f.Rules.Values))
		for i, v := range f.Rules.Values {
			texts[i] = v.(string)
		}
		f.GoNames = loadGoNames(n, "field", texts)
	}
}

// loadGoNames reads the names of values in generated Go, by value. of names the owner of the values: an attribute or a
// field.
func loadGoNames(n strictyaml.Node, of string, values []string) map[string]string {
	var names map[string]string
	for _, e := range n.Entries() {
		name := goName(e.Value)
		switch {
		case !slices.Contains(values, e.Name):
			if !n.Full() {
				e.Key.Fail("is not one of the "+of+"'s values", words.Suggest(e.Name, values, "its values"))
			}
		case name != "":
			if names == nil {
				names = make(map[string]string)
			}
			names[e.Name] = name
		}
	}
	return names
}
