// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"fmt"
	"go/types"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// inline matches code within a line of a page.
	inline = regexp.MustCompile("`([^`\n]+)`")
	// qualified matches a.B and a.B.C, where a is a package, a type, or a variable of [given].
	qualified = regexp.MustCompile(`(?:^|[^\w./"])([A-Za-z]\w*)\.([A-Z]\w*)(?:\.([A-Z]\w*))?`)
	// bare matches names that look as if they were this SDK's, without a package.
	bare = regexp.MustCompile(`^(?:With|Err|Ack)[A-Z]\w*`)
)

// foreign are packages, types and variables on pages that are not this module's.
var foreign = []string{
	"otel", "resource", "sdkmetric", "slog", "bson", "json", "runtime", "otelconf", "debug", "errors", "http", "time", "sort",
	"big", "netip", "url", "sync",
	"signal", "syscall", "Collection", "Database", "Intl", "ValueType", // of other modules and languages
	"grpc",
	"data", "e", "events", "main", "o", "stream", // of the reader's program
	"WithContext", "WithAttributes",
}

// TestNamesOnPages looks for the names that the text of the pages gives in code: of packages, types, fields, methods and
// options.
func TestNamesOnPages(t *testing.T) {
	e := loaded(t)
	found := 0
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range inline.FindAllStringSubmatch(withoutCode(string(text)), -1) {
			n, problems := e.names(m[1])
			found += n
			for _, p := range problems {
				t.Errorf("%s: `%s`: %s", page, m[1], p)
			}
		}
	}
	if found < 150 {
		t.Errorf("only %d names were found", found)
	}
}

// TestNamesThatAreGone shows what [TestNamesOnPages] finds.
func TestNamesThatAreGone(t *testing.T) {
	for _, tc := range []struct {
		code    string
		problem bool
	}{
		{"mongostore.Open", false},
		{"mongostore.Config.URI", false},
		{"Config.TTL", false},
		{"store.Reader()", false},
		{"client.Switches().SetMetrics(false)", false},
		{"WithAck", false},
		{"ErrJournalFull", false},
		{"mongostore.Dial", true},
		{"mongostore.Config.Host", true},
		{"warehouse.Open", true},
		{"Reader.Fetch", true},
		{"Warehouse.Open", true},
		{"client.Follow(ctx)", true},
		{"WithMagic", true},
		{"ErrBored", true},
	} {
		if _, problems := loaded(t).names(tc.code); len(problems) > 0 != tc.problem {
			t.Errorf("%s: %v", tc.code, problems)
		}
	}
}

// names looks for the names in a piece of code, and says how many there were and which do not exist.
func (e *exported) names(code string) (found int, problems []string) {
	if name := bare.FindString(code); name != "" && !slices.Contains(foreign, name) {
		found++
		if !e.somewhere(name) {
			problems = append(problems, fmt.Sprintf("no package has %s", name))
		}
	}
	for _, q := range qualified.FindAllStringSubmatch(code, -1) {
		if slices.Contains(foreign, q[1]) {
			continue
		}
		found++
		if !e.has(q[1], q[2], q[3]) {
			problems = append(problems, fmt.Sprintf("there is no %s", strings.TrimRight(strings.Join(q[1:], "."), ".")))
		}
	}
	return found, problems
}

// has reports whether a package, a type of any package, or a variable of [given] has a name, and that one a member.
func (e *exported) has(of, name, of2 string) bool {
	if p := e.ours[of]; p != nil && p.Scope().Lookup(name) != nil {
		return of2 == "" || member(p, name, of2)
	}
	if v := e.given.Lookup(of); v != nil {
		found, _, _ := types.LookupFieldOrMethod(v.Type(), true, nil, name)
		return found != nil
	}
	for _, p := range e.ours {
		if member(p, of, name) {
			return true
		}
	}
	return false
}

// somewhere reports whether any package exports a name, or has it as a field or method of what it exports.
func (e *exported) somewhere(name string) bool {
	for _, p := range e.ours {
		if p.Scope().Lookup(name) != nil {
			return true
		}
		for _, other := range p.Scope().Names() {
			if t, ok := p.Scope().Lookup(other).(*types.TypeName); ok && t.Exported() && member(p, other, name) {
				return true
			}
		}
	}
	return false
}
