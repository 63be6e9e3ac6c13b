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
		n.Fail(words.Quote(s)+" is no name that Go exports", fix)
	default:
		return s
	}
	return ""
}

// loadGoNames reads the names of values in generated Go. fixed: the attribute has values.
func (a *Attribute) loadGoNames(n strictyaml.Node, fixed bool) {
	if !fixed {
		n.Fail("only an attribute with values has constants in Go", "remove it, or list the values")
		return
	}
	for _, e := range n.Entries() {
		name := goName(e.Value)
		switch {
		case !slices.Contains(a.Values, e.Name):
			if !n.Full() {
				e.Key.Fail("is not one of the attribute's values", words.Suggest(e.Name, a.Values, "its values"))
			}
		case name != "":
			if a.GoNames == nil {
				a.GoNames = make(map[string]string)
			}
			a.GoNames[e.Name] = name
		}
	}
}
