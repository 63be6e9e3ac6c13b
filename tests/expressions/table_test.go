// SPDX-License-Identifier: Apache-2.0

package expressions

import (
	"strings"
	"testing"
)

// TestTable compares expressions of every part of the language. Those that begin with "=" are values.
func TestTable(t *testing.T) {
	for _, source := range []string{
		// literals
		"data.i == 0xFF", "data.i == 0X1f", "data.i == 0b101", "data.i == 0B1", "data.i == 0o17", "data.i == 0O7", "data.i == 08",
		"data.i == 1_000", "data.i == 1_", "data.i == _1", "=.5", "=1.", "=1.e3", "=1e3", "=1E+3", "=1e-3", "=1e", "=0x", "=0x1.8",
		"=0b12", "=0b1e5", "=1.5.2", "=1..2", "=1a", "=9223372036854775807", "=9223372036854775808", "=-9223372036854775808", "=1e400",
		"=1_0.5_0", "=007.5", "=0xep1", "=0x1_F", "=0o8", "=٣",
		`data.s == "abc"`, `data.s == 'abc'`, "data.s == `abc`", "data.s == `a``b`", "data.s == `a\nb`", "data.s == ````", "data.s == ``",
		`data.s == 'a\'b'`, `data.s == "a\'b"`, `data.s == 'a"b'`, `data.s == "\a\b\f\n\r\t\v\\"`, `data.s == "\x61\u0062\U00000063\u{64}"`,
		`data.s == "\141"`, `data.s == "\400"`, `data.s == "\81"`, `data.s == "\x6"`, `data.s == "\u{}"`, `data.s == "\u{1234567}"`,
		`data.s == "\u{110000}"`, `data.s == "\uD800"`, `data.s == "\?"`, "data.s == \"\\`\"", `data.s == "\X61"`, `data.s == "a`, "data.s == 'a\nb'",
		"data.s == 'a\rb'", `data.s == "\"`, `data.s == "`, `data.s == b"a"`, "len(b'abc') == 3", `data.s == "\u{1F600}"`, `data.s == "ä€"`,
		"true", "false", "nil", "=nil", "not true", "!false", "true == false",
		// names and members
		"data", "data.x", "data.i.x > 1", "data['i'] > 1", `data["order"].total > 1`, "data.order.total > 1", "data.order > 1", "(data).i > 1",
		"(data.order).total > 1", "data['order.total'] > 1", "data[0] > 1", "data[data.s] > 1", "data['a' + 'b'] > 1", "data.not > 1", "data.if > 1",
		"data.0 > 1", "data?.i > 1", "data.i?.x > 1", "data?.[0] > 1", "type == 'the type'", "type.x", "type[0]", "type[0:3] == 'the'", "$env", "field0 > 1",
		"data()", "data(1)", "type()", "type(1) == 'int'", "data.s.upper() == 'A'", "'a'.x", "nil.x", "1.x", "data.i[0] > 1", "data[1:2]",
		// precedence and associativity
		"=1 + 2 * 3", "=2 * 3 + 1", "=2 ** 3 ** 2", "=-2 ** 2", "=(-2) ** 2", "=2 ** -1", "=2 ^ 3 ^ 2", "=10 - 4 - 3", "=100 / 10 / 2", "=7 % 4 % 2",
		"=1 - -1", "=- - 1", "=+1", "=-data.i * 2", "=-data.i ** 2", "=2 * -data.i", "not data.b == data.c", "not (data.b == data.c)", "!data.b and data.c",
		"data.b or data.c and data.b", "(data.b or data.c) and data.b", "data.b || data.c && !data.b", "data.b == data.c == true", "data.i > 1 == data.b",
		"not data.s in ['a']", "not (data.s in ['a'])", "data.s not in ['a']", "data.s not contains 'a'", "data.s not startsWith 'a'", "data.s not endsWith 'c'",
		"data.s not matches 'a'", "data.s not == 'a'", "data.s not", "data.b not and data.c", "not not data.b", "not data.b in [true]", "data.i + 1 not in [1]",
		"1 < data.i < 5", "1 < data.i <= data.f", "1 < data.i < 5 == data.b", "5 > data.i > 1 > data.j", "data.b == 1 < data.i", "1 < data.i and data.i < 5",
		"data.i < 5 < data.b", "'a' < data.s < 'z'", "1 < data.s",
		"data.i ?? 1 > 0", "0 < data.i ?? 1", "=1 + data.i ?? 1", "=data.i ?? 1 + 1", "=(data.i ?? 1) + 1", "=data.i ?? 1 ?? 2", "=data.i ?? data.j ?? 2",
		"=data.i ?? (data.j ?? 2)", "data.b ?? data.c ?? true", "data.b ?? true and data.c", "data.b ?? true ? 1 > 0 : false", "data.b ?? true not in [true]",
		"=data.i | abs()", "=data.j | abs() | max(5)", "=data.i ?? 1 | abs()", "=data.i + 1 | abs()", "=data.s | upper() | len()", "data.s | upper", "data.s | 1", "data.s | nope()",
		"=::abs(data.j)", "::data", "=::nope(1)",
		"data.b ? data.c : true", "=data.b ? 1 : 2", "=data.b ? data.c ? 1 : 2 : 3", "=data.b ? 1 : data.c ? 2 : 3", "=(data.b ? 1 : 2) + 1", "data.b ?: data.c",
		"data.b ? : data.c", "(data.b ?: data.c) ?: true", "=data.b ?.5:1", "=data.b ? .5:1", "data.i ? true : false", "nil ? true : false", "data.b ? true",
		"data.b ? true : ", "=1 ? 2 : 3", "=data.b ?: 1",
		"if data.b { data.c } else { true }", "=if data.b { 1 } else if data.c { 2 } else { 3 }", "=if data.b { 1 }", "=(if data.b { 1 } else { 2 }) + 1",
		"=if data.b { 1 } else { 2 } + 1", "=1 + if data.b { 1 } else { 2 }", "if data.b {} else {true}", "=if data.b {1;} else {2}",
		// comments, spaces, semicolons
		"data.b // comment", "data.b /* a */ and /* b */ data.c", "data.b /* a", "// all\ndata.b", "data.b\n\tand\r\ndata.c", "\u00a0data.b", "data.b;", "data.b; data.c", "(data.b;)", "data.b;;", "", " ", "//", "data.b #",
		"let x = 1; x > 0", "all([1], # > 0)", "data.b = true", "data.b & data.c", "data.b | data.c", "1..2 == 1", "data.i in 1..3", "data.b <* data.c", "data.b !* data.c",
		"(data.b", "data.b)", "[data.b", "data.b ]", "{", "}", "()", "data.b,", "data.b data.c", "1 2", "\x00", "data.b \x7f", "@", "data.b \xff", "'\xff' == data.s",
		// arithmetic
		"=data.i + data.j", "=data.i - data.j", "=data.i * data.j", "=data.i / data.j", "=data.i % data.j", "=data.i ** data.j", "=data.f + data.g", "=data.f - data.i",
		"=data.f * data.g", "=data.f / data.g", "=data.f % 2", "=data.i % 2.0", "=data.f ** data.g", "=data.f / 0", "=data.i / 0", "=data.i % 0", "=1 % 0", "data.b and 1 % 0 == 0",
		"=0 / 0", "=-data.f", "=+data.f", "=-data.s", "=+data.s", "!data.i", "not data.s", "=-nil", "data.s + data.t == 'abcab'", "=data.s + 1", "=data.s - data.t", "=data.b + 1", "=nil + 1",
		"=9223372036854775807 + 1", "=-9223372036854775807 - 2", "=9223372036854775807 * 2", "=data.i + 9223372036854775807", "=data.j - 1", "=-data.j", "=abs(data.j)", "=data.j % -1",
		// comparison
		"data.i == data.f", "data.i != data.f", "data.i == data.s", "data.i == data.b", "data.s == data.t", "data.b != data.c", "data.i < data.f", "data.s < data.t", "data.b < data.c",
		"data.s <= data.t", "data.f >= data.g", "data.i == nil", "nil == data.i", "nil != nil", "nil == nil", "data.f == data.f", "data.i == 5.0", "5 == 5.0", "'5' == 5", "(data.i ?? nil) == nil",
		"nil < 1", "(data.i ?? nil) < 1", "[1, 2] == [1, 2]", "[1] == [1.0]", "[data.i] == [data.f]", "[] == []", "{'a': 1} == {'a': 1}", "{'a': 1} == {'b': 1}", "[1] == 1", "[[1], [2]] == [[1], [2]]", "[nil] == [nil]",
		// text
		"data.s contains 'b'", "data.s startsWith data.t", "data.s endsWith 'c'", "data.s contains 1", "(data.s ?? nil) contains 'b'", "nil contains 'a'", "data.s contains nil",
		"data.s matches '^a'", "data.s matches '('", "data.s matches data.t", "data.s matches 'a' + 'b'", "(data.s ?? nil) matches 'a'", "data.i matches 'a'", "data.s matches `\\d+`", "data.s matches ('a')", "'abc' matches 'b'",
		"data.s[0:1] == 'a'", "data.t[1:] == 'b'", "data.t[:1] == 'a'", "data.t[:] == 'a'", "data.s[-2:] == 'bc'", "data.s[:-1] == 'ab'", "data.s[5:9] == ''", "data.s[2:1] == ''", "data.s[data.i:data.j] == ''",
		"data.s['a':] == ''", "data.i[0:1] == 1", "data.s[0:1:2] == 'a'", "data.s[] == 'a'", "(data.s)[0:1] == 'a'", "data.s[0:1][0:1] == 'a'", "data.s[1.0:] == 'a'",
		// lists and mappings
		"data.i in [1, 2, 3]", "data.i in [3.0]", "data.f in [1, 2.5]", "data.s in ['abc', 'b']", "data.s in ['a', 1]", "data.s in [1]", "data.i in ['a']", "data.i in []", "data.b in [true]", "data.i in [data.j, 3]",
		"data.i in [nil, 3]", "data.s in ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'abc']", "data.i in [[3]]", "[3] in [[3]]", "data.i in 3", "data.s in 'abc'", "data.s in {'abc': 1}", "data.i in {'abc': 1}", "data.s in nil", "data.i in [1, 2,]", "data.i in [,]", "data.i in [1 2]",
		"=[1, 2, 5][data.i]", "=[1, 2, 5][-1]", "=[1, 2, 5][9]", "=[1, 2.5][0]", "['a', 'b'][data.i] == 'b'", "[1][data.s] == 1", "[1, 2][0:1] == [1]", "=[data.i, data.j][1]", "['a'][0] == 'a'", "[].x == 1", "[1].x == 1", "=[[1], [2]][1][0]",
		"=int({'a': 1, 'b': 2}[data.s] ?? 7)", "={'a': 1}.a", "{a: 1, 2: 3}.a == 1", "{'abc': true}[data.s]", "{'a': 1}[1] == 1", "{('a' + 'b'): 1}.ab == 1", "{(data.s): 1}.abc == 1", "{1.5: 1} == {}", "{a: 1,} == {a: 1}", "{a} == {}", "{[1]: 1} == {}", "{'a': {'b': 1}}.a.b == 1", "{'a': nil}.a == nil", "{}.a == nil", "{'a': 1, 'a': 2}.a == 2", "{(1): 2} == {}",
		// functions
		"=abs(data.i)", "=abs(data.f)", "=abs(-1)", "=abs(data.s)", "=abs(nil)", "=abs()", "=abs(1, 2)", "=abs(1,)", "=abs(,1)", "=ceil(data.f)", "=ceil(data.i)", "=floor(data.g)", "=round(data.f)", "=round(data.g)", "=round(data.s)", "=round(data.i)",
		"=float(data.i)", "=float(data.t)", "=float('1e5')", "=float('inf')", "=float('0x1p4')", "=float('1_0')", "=float(data.b)", "=int(data.f)", "=int(data.g)", "=int(data.t)", "=int('+5')", "=int(' 5')", "=int('0x5')", "=int('1_0')", "=int(data.b)", "=int(1e300)", "=int(-2.9)", "=int(nil)",
		"=len(data.s)", "=len(data.t)", "=len([1, 2])", "=len({'a': 1})", "=len([])", "=len(data.i)", "=len(nil)", "lower(data.t) == 'äb c'", "upper(data.t) == 'ÄB C'", "upper(1) == 'A'", "upper(data.s, 'a') == ''", "upper() == ''",
		"trim(data.s) == 'x'", "trim(data.s, ' x') == ''", "trim(data.s, 1) == ''", "trim(data.s, nil) == ''", "trimPrefix(data.s, 'a') == 'bc'", "trimPrefix(data.s) == 'x '", "trimSuffix(data.s, 'c') == 'ab'", "trimSuffix(data.s) == ' x'", "trim() == ''", "trimPrefix(data.s, 'a', 'b') == ''", "hasPrefix(data.s, 'a')", "hasSuffix(data.s, 'c')", "hasPrefix(data.s)", "hasPrefix(data.s, 1)", "hasPrefix((data.s ?? nil), 'a')",
		"=max(data.i, data.j)", "=max(data.i, 2.5)", "=max(1, 2.5)", "=min(data.i, data.j, 0)", "=min(data.f)", "=max(data.f, data.g)", "=min(data.f, data.g)", "=max()", "=max(data.s)", "=max('a', 1)", "max([1, 2]) == 2", "=max([1, 2])", "=int(max([1, 2], 9))", "max([]) == nil", "max(nil) == 1", "=int(min([data.i, data.j]))", "max(['a']) == 1", "=float(max([[1, 5], 2]))", "max(true) == 1", "=max(1, nil)",
		"now() > 1", "repeat('a', 3) == 'aaa'", "uper(data.s) == 'A'", "string(1) == '1'", "mean([1]) == 1", "=sum([1, 2])", "count([true]) == 1",
		// ints that become doubles, and what is of no one type
		"=data.f ?? 0", "=data.i ?? 0.5", "=data.f ?? data.i ?? 7", "=data.f ?? (data.b ? data.i : 7)", "=data.b ? 1 : 0.5", "=data.b ? data.i : data.f", "=data.b ? (data.c ? 1 : data.j) : 0.5", "=((data.b ? 1 : 0.5) ?? 2) * 2", "=data.i ?? nil", "=nil ?? data.i", "=nil ?? nil", "=nil ?? 1",
		"=data.b ? 1 : nil", "=data.b ? nil : 1", "=data.b ? nil : nil", "=data.b ? 1 : 'a'", "(data.b ? 1 : 'a') == 1", "(data.b ? 1 : 'a') == 'a'", "=(data.b ? 1 : 'a') + 1", "=int(data.b ? 1 : 'a')", "(data.b ? 1 : 'a') contains 'a'", "(data.b ? true : 1) and data.c", "data.c and (data.b ? true : 1)", "not (data.b ? true : 1)",
		"(data.b ? true : 1) ? true : false", "=-(data.b ? 1 : 'a')", "=data.b ? data.i : max([1])", "=data.b ? max([1]) : data.i", "=data.f ?? max(1, 2.5)", "=data.i ?? data.s", "(data.i ?? data.s) == 'abc'", "=data.f ?? +(data.i ?? nil)", "(data.f ?? +(data.i ?? nil)) == nil", "=data.f ?? -data.i", "(data.i ?? data.f) == nil", "(data.b ? [1] : ['a'])[0] == 1", "(data.b ? [1] : [2])[0] == 1", "=(data.b ? [1] : [2])[0]",
		"abs(data.b ? 1 : 'a') == 1", "len(data.b ? 'a' : [1, 2]) == 1", "(data.b ? [1, 2] : 'ab')[0:1] == 'a'", "data.i in (data.b ? [3] : {'a': 1})", "(data.s ?? nil) in ['x', '']", "data.s in (data.b ? nil : ['a'])",
		// constant conditions
		"data.i % data.j == 0 and false", "data.i % data.j == 0 or true", "false and data.i % data.j == 0", "true or data.b", "data.b and true", "true and data.b", "false or data.b",
		"(1 > 2) == false", "1 == 1 and 'a' == 'a'", "'a' + 'b' == 'ab'", "not (1 == 2)",
	} {
		source, number := strings.CutPrefix(source, "=")
		check(t, source, number)
	}
}
