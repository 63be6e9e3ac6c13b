// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"errors"
	"strings"
	"testing"
)

// TestMistakes: a mistake is told with its place in characters, and with what would be right.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ source, problem, fix string }{
		{"data.i = 1", `at its character 8: "=" does not compare`, "write == to compare"},
		{"data.b & data.b", `character 8: "&" is no operator`, "write && or and"},
		{"(data.i = 1)", `character 9: "=" does not compare`, "write == to compare"},
		{"data.s == 'ä", "character 11: the string does not end", "end it with '"},
		{"data.s == 'ä' + ", "character 16: it ends where a value has to follow", "docs/event-map.md"},
		{`data.s == "ä\q"`, "character 13: the string has a backslash", `write \\ for a backslash`},
		{"data.i > 1a", "character 10: the number 1a is not written as a number", "10, 1.5 or 1e6"},
		{"data.i > 0x", "character 10: the number 0x is not written as a number", "10, 1.5 or 1e6"},
		{"data.i > 9223372036854775808", "character 10: the number 9223372036854775808 is out of range", "an int is at most"},
		{"data.b /* and", "character 8: the comment does not end", "*/"},
		{"data.s == b'a'", "character 11: bytes are not read", "without the b"},
		{"data.i > 1 @", `character 12: the character "@" has no meaning`, "see the section Expressions"},
		{"(data.b", `character 7: there is the end in the place of )`, "see"},
		{"data.b)", `character 7: ")" cannot stand there`, "see"},
		{"data.b data.b", `character 8: "data" cannot stand there`, "see"},
		{"data.i ?? 1 > 0", `character 13: "??" and ">" stand side by side`, "brackets"},
		{"data.s.upper() == 'A'", "character 8: there are no methods", "write upper(…)"},
		{"data.s.uper() == 'A'", "character 8: there are no methods", `did you mean "upper"?`},
		{"data.'a' == 1", "character 6: a name has to follow the dot", `data["FIELD"]`},
		{"data.i > '1'", "character 8: > compares two numbers or two strings, not an int and a string", "int(…) and float(…) convert"},
		{"1 < data.s < 3", "character 3: < compares two numbers or two strings, not an int and a string", "convert"},
		{"data.s - 1 > 0", "character 8: - takes two numbers, not a string and an int", "convert"},
		{"data.b + 1 > 0", "character 8: + adds two numbers or joins two strings, not a bool and an int", "see"},
		{"data.f % 2 == 0", "character 8: % takes two ints, not a double and an int", "int(…)"},
		{"data.i and data.b", "character 8: and takes two conditions, not an int and a bool", "compare"},
		{"not data.i", "character 1: not takes a condition, not an int", "compare"},
		{"data.i == data.s", "character 8: == compares values of one type, not an int and a string", "convert"},
		{"data.s contains 1", "character 8: contains takes two strings, not a string and an int", "without quotes"},
		{"data.s in 'abc'", "character 8: in looks into a list, not into a string", "contains looks into a string"},
		{"data.s in [1, 2]", "character 8: a string cannot be in a list whose items are each an int", "convert"},
		{"data.i ? true : false", "character 1: the condition before ? is an int", "compare"},
		{"data.s[data.f:] == ''", "the bound of a slice is a double", "an int"},
		{"len(data.i) == 1", "character 5: len does not take an int", "a string or a list or a mapping"},
		{"upper() == 'A'", "character 1: upper has 0 arguments", "give it 1"},
		{"trim(data.s, 'a', 'b') == 'A'", "character 1: trim has 3 arguments", "give it 1 or 2"},
		{"max() > 1", "character 1: max has 0 arguments", "give it 1 or more"},
		{"1 % 0 == 0", "character 3: % 0 has no result", "something else"},
		{"9223372036854775807 + 1 > 0", "character 21: the result of + is out of range", "1.0"},
		{strings.Repeat("(", 501) + "true", "nests too deep", "brackets"},
		{strings.Repeat("-", 501) + "1 == 1", "nests too deep", "brackets"},
		{"data.b if", `"if" cannot stand there`, "see"},
	} {
		_, err := Compile(c.source, false, func(path []string) (Type, error) {
			return map[string]Type{"i": Int, "f": Double, "s": String, "b": Bool}[path[0]], nil
		})
		if wrong, ok := errors.AsType[*Error](err); !ok || !strings.Contains(wrong.Problem, c.problem) || !strings.Contains(wrong.Fix, c.fix) {
			t.Errorf("%.80s: %v, want %s; %s", c.source, wrong, c.problem, c.fix)
		}
	}
}
