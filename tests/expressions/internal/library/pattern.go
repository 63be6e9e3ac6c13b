// SPDX-License-Identifier: Apache-2.0

package library

import (
	"regexp/syntax"

	"github.com/expr-lang/expr/ast"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// maxPattern bounds the steps that a regular expression takes for each character of a text. A few characters can
// stand for millions: ((a{100}){10}){10}.
const maxPattern = 1000

// pattern refuses regular expressions that are not written in the map, since somebody else would write them, and
// those that are too large. What is wrong with their syntax the library says.
func (r *rules) pattern(n ast.Node) {
	s, ok := n.(*ast.StringNode)
	if !ok {
		r.fail("matches needs a fixed regular expression", "write it in quotes, such as data.path matches '^/api/'; contains and == compare with a field")
		return
	}
	re, err := syntax.Parse(s.Value, syntax.Perl)
	if err == nil && patternSize(re) > maxPattern {
		r.fail("the regular expression is too large: it stands for more than "+words.Thousands(maxPattern)+" steps", "use smaller repetitions, or * and +")
	}
}

// patternSize is about how many instructions a regular expression becomes, at most a little above maxPattern.
func patternSize(re *syntax.Regexp) int {
	size := 1 + len(re.Rune)
	if re.Op == syntax.OpCharClass {
		size = 1
	}
	for _, sub := range re.Sub {
		if size += patternSize(sub); size > maxPattern {
			return maxPattern + 1
		}
	}
	if re.Op == syntax.OpRepeat {
		size *= max(re.Min, re.Max, 1)
	}
	return min(size, maxPattern+1)
}
