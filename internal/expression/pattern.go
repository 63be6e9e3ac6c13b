// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"regexp"
	"regexp/syntax"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// maxPattern bounds the steps that a regular expression takes for each character of a text. A few characters can
// stand for millions: ((a{100}){10}){10}.
const maxPattern = 1000

// pattern compiles the regular expression of a node. It refuses those that are not written in the map, since somebody else
// would write them, and those that are too large.
func (p *parser) pattern(n *node) {
	if p.err != nil {
		return
	}
	if n.b.op != opConst || n.b.value.kind != text {
		p.refuse("matches needs a fixed regular expression", "write it in quotes, such as data.path matches '^/api/'; contains and == compare with a field")
		return
	}
	parsed, err := syntax.Parse(n.b.value.str(), syntax.Perl)
	if err == nil && patternSize(parsed) > maxPattern {
		p.refuse("the regular expression is too large: it stands for more than "+words.Thousands(maxPattern)+" steps", "use smaller repetitions, or * and +")
		return
	}
	if n.pattern, err = regexp.Compile(n.b.value.str()); err != nil {
		p.fail(n.at, words.Quoteless(err.Error()), "write a regular expression in the syntax of Go's regexp package")
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
