// SPDX-License-Identifier: Apache-2.0

package gocode_test

import (
	"os"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/gocode"
)

// TestCodeWithoutRulesStays generates from the shop's map as it was before maps had rules.
func TestCodeWithoutRulesStays(t *testing.T) {
	text, err := os.ReadFile("internal/shop/events.yaml")
	if err != nil {
		t.Fatal(err)
	}
	before, _, cut := strings.Cut(string(text), "  # From here on, events have rules.\n")
	if !cut {
		t.Fatal("the events with rules have no beginning")
	}
	clitest.Golden(t, "testdata/unruled.golden", generate(t, "--package", "shop", "--header", "SPDX-License-Identifier: Apache-2.0", clitest.File(t, "events.yaml", before)))
}

// TestRulesInComments: what the type of a field does not say, its comment does.
func TestRulesInComments(t *testing.T) {
	for _, tt := range []struct{ field, want string }{
		{"{type: string}", "type E struct {\n\ttyped.Meta\n\tF string\n}"},
		{"{type: string, required: true}", "\t// Required.\n\tF string\n"},
		{"{required: true}", "\t// Required.\n\tF any\n"},
		{"{type: string, min_length: 2, max_length: 3}", "\t// From 2 to 3 characters.\n\tF string\n"},
		{"{type: string, min_length: 2}", "\t// At least 2 characters.\n\tF string\n"},
		{"{type: string, max_length: 3}", "\t// At most 3 characters.\n\tF string\n"},
		{`{type: string, pattern: "a\nb"}`, "\t// Matches \"a\\nb\".\n\tF string\n"},
		{"{type: double, min: 0, max: 1e6}", "\t// From 0 to 1000000.\n\tF typed.Optional[float64]\n"},
		{"{type: double, min: -0.5}", "\t// At least -0.5.\n\tF typed.Optional[float64]\n"},
		{"{type: int, max: 1e18}", "\t// At most 1e+18.\n\tF typed.Optional[int64]\n"},
		{"{type: int, values: [1, 2]}", "\t// One of 1, 2.\n\tF typed.Optional[int64]\n"},
		{"{type: int, values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22]}", " 19, 20, and 2 more.\n"},
		{"{type: bool, values: [true]}", "\t// One of true.\n\tF typed.Optional[bool]\n"},
		{"{type: [string, int], values: [a, 1], required: true}", "\t// Required. Of type string or int. One of \"a\", 1.\n\tF any\n"},
		{"{type: array, max_items: 5}", "\t// At most 5 entries.\n\tF []any\n"},
		{"{type: array, items: {x: {type: int}}}", "\tF []EFEntry\n"},
		{"{type: string, values: [a, b]}", "\tF EF\n}"},
		{"{type: string, redact: hash, max_length: 3, description: About it., deprecated: no longer}", "\t// About it.\n\t// The map hashes it before it is stored.\n\t// At most 3 characters.\n\t//\n\t// Deprecated: no longer\n\tF string\n"},
	} {
		code := generate(t, clitest.File(t, "events.yaml", "version: 1\nevents: {e: {data: {f: "+tt.field+"}}}\n"))
		if !strings.Contains(code, tt.want) {
			t.Errorf("%s: no\n%s\nin\n%s", tt.field, tt.want, code)
		}
	}
}

// TestListedValuesThatMeet: the constants of a field's values can be given names, and the error says so.
func TestListedValuesThatMeet(t *testing.T) {
	const text = "version: 1\nevents: {e: {data: {f: {type: string, values: [a b, a_b]GO}}}}\n"
	code, _, errs := clitest.Run(t, gocode.New(), clitest.File(t, "events.yaml", strings.Replace(text, "GO", "", 1)))
	const want = `events.e.data.f.values "a b" and events.e.data.f.values "a_b" are both called EFAB in Go; add go_names: {"a_b": NAME} to events.e.data.f`
	if code != 1 || !strings.Contains(errs, want+"\n") {
		t.Errorf("exit code %d: %s", code, errs)
	}
	if source := generate(t, clitest.File(t, "events.yaml", strings.Replace(text, "GO", ", go_names: {a_b: Joined}", 1))); !strings.Contains(source, "\tEFJoined EF = \"a_b\"\n") {
		t.Errorf("the constant has another name:\n%s", source)
	}
	code, _, errs = clitest.Run(t, gocode.New(), clitest.File(t, "events.yaml", "version: 1\nevents:\n  new_e: {}\n  e: {data: {f: {required: true}}}\n"))
	const constructor = "events.new_e and events.e are both called NewE in Go; add go_name: NAME to events.e\n"
	if code != 1 || !strings.Contains(errs, constructor) {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

// TestCodeThatBreaksRulesDoesNotCompile: who leaves out what is required, or passes another text for a listed one, hears of it.
func TestCodeThatBreaksRulesDoesNotCompile(t *testing.T) {
	source := generate(t, clitest.File(t, "events.yaml", `version: 1
events:
  paid:
    data:
      id: {type: string, required: true}
      currency: {type: string, required: true, values: [EUR, USD]}
      items: {type: array, items: {sku: {type: string, required: true}}}
`))
	for _, tt := range []struct{ call, says string }{
		{`NewPaid("a", PaidCurrencyEUR)`, ""},
		{`NewPaid("a", "EUR")`, ""},
		{`Paid{Items: []PaidItemsEntry{NewPaidItemsEntry("s")}}`, ""},
		{`NewPaid("a")`, "not enough arguments in call to NewPaid"},
		{`NewPaid("a", string(PaidCurrencyEUR))`, "as PaidCurrency value in argument to NewPaid"},
		{`NewPaidItemsEntry()`, "not enough arguments in call to NewPaidItemsEntry"},
	} {
		out, err := vet(packages(t, source+"\nvar _ = "+tt.call+"\n"))
		if (err == nil) != (tt.says == "") || !strings.Contains(out, tt.says) {
			t.Errorf("%s: %v\n%s", tt.call, err, out)
		}
	}
}
