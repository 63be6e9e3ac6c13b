// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// reference matches a reference to a variable, as defined in OpenTelemetry's configuration data model (Environment
// variable substitution):
//
//	SUBSTITUTION-REF = "${" ["env:"] NAME [":-" DEFAULT] "}"
//
// "$$" stands for "$", from left to right. The replacement of a reference is not searched again. A "${" that begins no
// reference is a mistake. That includes one that is not closed, which the data model leaves open.
var reference = regexp.MustCompile(`^\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(:-[^}\n]*)?\}`)

// references holds the results for the references in a scalar.
type references struct {
	all, unset []string // names; unset ones are without a default
	text       string   // with values in their place
	absent     bool     // nothing is left, and defaults ask for that
}

// from describes where a value comes from, in place of the value. It is empty without references.
func (r references) from() string {
	if len(r.all) == 0 {
		return ""
	}
	return "the value of " + braced(r.all) + " (not shown)"
}

// empty reports whether the text is empty because variables are not set.
func (r references) empty() bool { return r.text == "" && len(r.unset) > 0 }

// because returns the reason why the text is empty.
func (r references) because() string {
	verb := " is not set"
	if len(slices.Compact(slices.Clone(r.unset))) > 1 {
		verb = " are not set"
	}
	return ", because " + braced(r.unset) + verb
}

// names names the variables.
func (r references) names() string { return braced(r.all) }

func braced(names []string) string {
	return "${" + strings.Join(slices.Compact(slices.Clone(names)), "} and ${") + "}"
}

// resolve replaces references with their values. It also returns the places, in characters from 1, where an invalid
// reference begins.
func resolve(text string, lookup func(string) string) (r references, wrong []int) {
	var b strings.Builder
	for at := 0; at < len(text); {
		rest := text[at:]
		switch {
		case strings.HasPrefix(rest, "$$"):
			b.WriteByte('$')
			at += 2
		case strings.HasPrefix(rest, "${"):
			m := reference.FindStringSubmatch(rest)
			if m == nil {
				wrong = append(wrong, utf8.RuneCountInString(text[:at])+1)
				at += 2
				continue
			}
			value := lookup(m[1])
			if value == "" {
				value = strings.TrimPrefix(m[2], ":-")
			}
			if value == "" && m[2] == "" {
				r.unset = append(r.unset, m[1])
			}
			r.all = append(r.all, m[1])
			b.WriteString(value)
			at += len(m[0])
		default:
			b.WriteByte(text[at])
			at++
		}
	}
	r.text = b.String()
	r.absent = r.text == "" && len(r.all) > 0 && len(r.unset) == 0
	return r, wrong
}

// substitute replaces the references of a scalar, and removes the line break at the end of a block. Only then is it
// decided whether the scalar is a number or text. No value can become more than one scalar.
func (f *file) substitute(key string, n *yaml.Node) (r references, ok bool) {
	n.Value = words.WithoutNewline(n.Value)
	if !strings.Contains(n.Value, "$") {
		return references{text: n.Value}, true
	}
	r, wrong := resolve(n.Value, f.lookup)
	for _, at := range wrong {
		f.fail(n, key, fmt.Sprintf(`the "${" at character %d of the value (not shown) begins no reference`, at),
			`write ${NAME} or ${NAME:-DEFAULT}, with a name of letters, digits and _; write $${ for "${" itself`)
	}
	n.Value = r.text
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		n.Tag = "" // to be found anew
	}
	return r, len(wrong) == 0
}
