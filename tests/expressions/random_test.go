// SPDX-License-Identifier: Apache-2.0

package expressions

import (
	"flag"
	"math/rand/v2"
	"strings"
	"testing"
)

var (
	seed   = flag.Uint64("seed", 1, "of the first random expression")
	random = flag.Int("random", 20_000, "how many random expressions")
)

// grammar has, for each type, ways to write a value of it. A word in capitals stands for a value of a type: Int, Double,
// String, Bool, Any.
var grammar = map[string][]string{
	"INT": {
		"data.i", "data.j", "1", "2", "0", "10", "0x1F", "INT + INT", "INT - INT", "INT * INT", "INT % INT", "-INT", "+INT", "(INT)", "(INT)", "(INT ?? INT)", "data.i ?? INT", "data.j ?? nil",
		"abs(INT)", "int(DOUBLE)", "int(STRING)", "len(STRING)", "max(INT, INT)", "min(INT, INT)", "(BOOL ? INT : INT)", "[INT, INT][INT]", "if BOOL { INT } else { INT }", "INT | abs()", "len([ANY, ANY])",
	},
	"DOUBLE": {
		"data.f", "data.g", "data.order.total", `data["order"]["total"]`, "1.5", ".5", "1e3", "DOUBLE + INT", "INT - DOUBLE", "DOUBLE * DOUBLE", "INT / INT", "DOUBLE / DOUBLE", "INT ** INT", "DOUBLE ^ INT", "-DOUBLE", "(DOUBLE)",
		"(data.f ?? INT)", "(DOUBLE ?? INT)", "(INT ?? DOUBLE)", "(BOOL ? INT : DOUBLE)", "(BOOL ? DOUBLE : (BOOL ? INT : INT))", "ceil(DOUBLE)", "floor(INT)", "round(DOUBLE)", "float(INT)", "float(STRING)", "abs(DOUBLE)", "max(DOUBLE, DOUBLE)", "min(DOUBLE, INT)", "float(ANY)",
	},
	"STRING": {
		"data.s", "data.t", "type", "'a'", `"b"`, "`abc`", "''", "'12'", "STRING + STRING", "(STRING)", "(data.s ?? STRING)", "upper(STRING)", "lower(STRING)", "trim(STRING)", "trim(STRING, STRING)", "trimPrefix(STRING, STRING)",
		"trimSuffix(STRING)", "STRING | trim()", "(BOOL ? STRING : STRING)", "data.s[0:INT]", "(STRING)[INT:]", "(STRING)[-1:]", "['a', STRING][0]", "{a: STRING}.a",
	},
	"BOOL": {
		"data.b", "data.c", "true", "false", "INT == INT", "DOUBLE == INT", "STRING == STRING", "BOOL == BOOL", "INT != DOUBLE", "STRING != STRING", "INT < INT", "DOUBLE <= INT", "STRING > STRING", "DOUBLE >= DOUBLE", "INT < INT < INT", "1 < DOUBLE <= INT > 0",
		"BOOL and BOOL", "BOOL && BOOL", "BOOL or BOOL", "BOOL || BOOL", "not BOOL", "!BOOL", "(BOOL)", "(BOOL)", "not (BOOL)", "(data.b ?? BOOL)", "BOOL ? BOOL : BOOL", "(BOOL ?: BOOL)", "INT in [1, 2, INT]", "DOUBLE in [1, 2.5]", "STRING in ['a', 'abc', 'b']", "STRING not in [STRING]", "STRING in {'a': 1, abc: 2}",
		"STRING contains STRING", "STRING startsWith STRING", "STRING not endsWith STRING", "STRING matches '^a+'", "STRING matches '[b-d]'", "hasPrefix(STRING, STRING)", "hasSuffix(STRING, 'c')", "data.i == nil", "nil != data.s", "ANY == ANY", "ANY != nil", "(data.i ?? data.f) == nil",
	},
	"ANY": {
		"INT", "DOUBLE", "STRING", "BOOL", "nil", "(BOOL ? INT : STRING)", "(BOOL ? nil : DOUBLE)", "{a: INT, 'b': STRING}[STRING]", "max([INT, DOUBLE])", "[INT, STRING][INT]", "(data.s ?? data.i)", "[ANY]", "(ANY ?? ANY)", "INT + STRING", "-ANY", "len(ANY)",
	},
}

// write writes a random value of a type, of at most so many levels.
func write(r *rand.Rand, kind string, levels int) string {
	forms := grammar[kind]
	form := forms[r.IntN(len(forms))]
	for tries := 0; levels <= 0 && tries < 50 && strings.ContainsAny(form, "NGLY") && form != "0x1F"; tries++ {
		form = forms[r.IntN(len(forms))]
	}
	if levels < -3 {
		return map[string]string{"INT": "1", "DOUBLE": "1.5", "STRING": "'a'", "BOOL": "true", "ANY": "nil"}[kind]
	}
	var b strings.Builder
	for form != "" {
		at, found := len(form), ""
		for k := range grammar {
			if i := strings.Index(form, k); i >= 0 && i < at {
				at, found = i, k
			}
		}
		b.WriteString(form[:at])
		if found == "" {
			break
		}
		b.WriteString(write(r, found, levels-1))
		form = form[at+len(found):]
	}
	return b.String()
}

// TestRandomExpressions compares expressions that mostly compile.
func TestRandomExpressions(t *testing.T) {
	compiled := 0
	for i := range *random {
		r := rand.New(rand.NewPCG(*seed, uint64(i)))
		number := r.IntN(2) == 0
		kind := "BOOL"
		if number {
			kind = []string{"INT", "DOUBLE"}[r.IntN(2)]
		}
		if check(t, write(r, kind, 1+r.IntN(4)), number) {
			compiled++
		}
		if t.Failed() {
			t.Fatalf("of seed %d, %d", *seed, i)
		}
	}
	if compiled < *random/2 {
		t.Errorf("only %d of %d expressions have compiled", compiled, *random)
	}
	t.Logf("%d of %d expressions have compiled", compiled, *random)
}
