// SPDX-License-Identifier: Apache-2.0

package observe_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/observe"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// seen observes one event type: data for each of some users.
func seen(t *testing.T, users int, data func(user int) string) *observe.Observed {
	t.Helper()
	o := observe.New()
	o.Extended = true
	var enc bsondoc.Encoder
	for u := range users {
		doc, err := enc.Document(nil, json.RawMessage(data(u)))
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Add("e", fmt.Sprint("user ", u), doc); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// declared returns what the map says of the fields, one a line, without proposals.
func declared(t *testing.T, o *observe.Observed, fields int) string {
	t.Helper()
	text, err := o.Draft(fields).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "    data:\n")
	lines := slices.DeleteFunc(strings.Split(after, "\n"), func(s string) bool { return strings.HasPrefix(s, "#: ") || s == "" })
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "      ")
	}
	return strings.Join(lines, "\n")
}

func TestDeclared(t *testing.T) {
	for _, test := range []struct {
		name  string
		users int
		data  func(u int) string
		want  string
	}{
		{
			"values of enough users", 40, func(u int) string { return fmt.Sprintf(`{"c":%q}`, []string{"EUR", "USD"}[u%2]) },
			`c: {type: string, values: [EUR, USD]} # 100 %; "EUR" 20×, "USD" 20×`,
		},
		{
			"a value of one user too few", 39, func(u int) string { return fmt.Sprintf(`{"c":%q}`, []string{"EUR", "USD"}[u%2]) },
			`c: {type: string} # 100 %; "EUR" 20×, and 1 value of fewer than 20 users`,
		},
		{
			"values of few users", 19, func(int) string { return `{"c":"EUR"}` },
			`c: {type: string} # 100 %; 1 different value`,
		},
		{
			"many values", 31, func(u int) string { return fmt.Sprintf(`{"c":"v%d"}`, u) },
			`c: {type: string} # 100 %; 31 different values`,
		},
		{
			"many values of enough users", 31 * 20, func(u int) string { return fmt.Sprintf(`{"c":"v%d"}`, u%31) },
			`c: {type: string} # 100 %; 31 different values`,
		},
		{
			"personal values of many users", 40, func(int) string { return `{"c":"ada@example.com"}` },
			`c: {type: string, redact: drop} # 100 %; looks like an e-mail address`,
		},
		{
			"few personal values among others", 100, func(u int) string { return fmt.Sprintf(`{"c":%q}`, []string{"yes", "ada@example.com"}[min(u/98, 1)]) },
			`c: {type: string} # 100 %; 2 of 100 values look like an e-mail address`,
		},
		{
			"personal by its name", 20, func(int) string { return `{"user":{"name":"x"},"product":{"name":"y"}}` },
			"product: {type: object} # 100 %\nproduct.name: {type: string, values: [\"y\"]} # 100 %; \"y\" 20×\n" +
				"user: {type: object} # 100 %\nuser.name: {type: string, redact: drop} # 100 %; looks like a person's name, by its name",
		},
		{
			"a number of people, and one's number", 1, func(int) string { return `{"players":4,"player":17,"visitors":["x"]}` },
			"player: {type: int, redact: drop} # 100 %; looks like something that identifies a person, by its name\nplayers: {type: int} # 100 %\n" +
				"visitors: {type: array, redact: drop} # 100 %; up to 1 entry: texts; looks like something that identifies a person, by its name",
		},
		{
			"codes that are numbers, and counts", 1, func(int) string {
				return `{"cvv":123,"cardCvc":321,"otp":123456,"otps":2,"token":512,"codes":{"otps":[123456]}}`
			},
			"cardCvc: {type: int, redact: drop} # 100 %; looks like a secret, by its name\ncodes: {type: object} # 100 %\n" +
				"codes.otps: {type: array, redact: drop} # 100 %; up to 1 entry: integers; looks like a secret, by its name\n" +
				"cvv: {type: int, redact: drop} # 100 %; looks like a secret, by its name\notp: {type: int, redact: drop} # 100 %; looks like a secret, by its name\n" +
				"otps: {type: int} # 100 %\ntoken: {type: int} # 100 %",
		},
		{
			"personal by its form, and objects", 2, func(u int) string { return []string{`{"by":"ada@example.com"}`, `{"by":{"plan":"x"}}`}[u] },
			"by: {type: [string, object], redact: drop} # 100 %; looks like an e-mail address\nby.plan: {type: string} # 100 %; 1 different value",
		},
		{
			"personal by its name, and objects", 2, func(u int) string { return []string{`{"email":"x"}`, `{"email":{"ok":true}}`}[u] },
			"email: {type: [string, object], redact: drop} # 100 %; looks like an e-mail address, by its name\nemail.ok: {type: bool} # 100 %",
		},
		{
			"personal entries among objects", 1, func(int) string { return `{"to":["ada@example.com",{"ok":true}]}` },
			"to: {type: array, redact: drop} # 100 %; up to 2 entries: texts, objects; looks like an e-mail address\nto.ok: {type: bool} # 100 %",
		},
		{
			"objects alone under a personal name", 1, func(int) string { return `{"email":{"ok":true}}` },
			"email: {type: object} # 100 %\nemail.ok: {type: bool} # 100 %",
		},
		{
			"numbers", 2, func(u int) string { return fmt.Sprintf(`{"i":%d,"d":%s,"n":null}`, u, []string{"1", "1.5"}[u]) },
			"d: {type: double} # 100 %\ni: {type: int} # 100 %\n\"n\": {} # always null",
		},
		{
			"several types", 2, func(u int) string { return fmt.Sprintf(`{"s":%s}`, []string{"1", `"a"`}[u]) },
			"s: {type: [string, int]} # 100 %; 1 different value",
		},
		{
			"dates", 2, func(u int) string {
				return fmt.Sprintf(`{"d":"2026-11-2%dT00:00:00Z","e":%s,"f":{"$date":"2026-11-27T00:00:00Z"}}`, u, []string{`"2026-11-27T00:00:00Z"`, `"soon"`}[u])
			},
			"d: {type: date} # 100 %\ne: {type: string} # 100 %; 2 different values\nf: {type: date} # 100 %",
		},
		{
			"entries that are objects", 4, func(u int) string { return fmt.Sprintf(`{"items":[{"sku":"a%d"},{"sku":"b","n":1}]}`, u) },
			"items: # 100 %; up to 2 entries: objects\n  type: array\n  items:\n    \"n\": {type: int} # 50 %\n    sku: {type: string} # 100 %; 5 different values",
		},
		{
			"entries of several kinds", 1, func(int) string { return `{"items":[{"sku":"a"},1,"x",null]}` },
			"items: {type: array} # 100 %; up to 4 entries: texts, integers, objects\nitems.sku: {type: string} # 100 %; 1 different value",
		},
		{
			"keys that are data", 20, func(u int) string { return fmt.Sprintf(`{"scores":{"player%d":1,"p%d":2}}`, u, u) },
			"scores: {type: object} # 100 %; its keys look like data, and are not declared",
		},
		{
			"keys of entries that are data", 20, func(u int) string { return fmt.Sprintf(`{"rounds":[{"player%d":1,"p%d":2}]}`, u, u) },
			"rounds: {type: array} # 100 %; up to 1 entry: objects; its keys look like data, and are not declared",
		},
		{
			"fields of the data that few events have", 20, func(u int) string { return fmt.Sprintf(`{"field_%c":1}`, 'a'+u) },
			strings.Join(func() (all []string) {
				for u := range 20 {
					all = append(all, fmt.Sprintf("field_%c: {type: int} # 5.0 %%", 'a'+u))
				}
				return all
			}(), "\n"),
		},
		{
			"keys that are personal", 1, func(int) string { return `{"by":{"ada@example.com":1,"ok":2}}` },
			"by: {type: object} # 100 %; has keys that a map cannot name or that look like data\nby.ok: {type: int} # 100 %",
		},
		{
			"keys with dollar signs", 1, func(int) string { return `{"$ip":"x","$set":{"$plan":1,"$size":2},"$sum":3}` },
			"\"$ip\": {type: string, redact: drop} # 100 %; looks like an IP address, by its name\n\"$set\": {type: object} # 100 %; has keys that a map cannot name or that look like data\n" +
				"\"$set.$plan\": {type: int} # 100 %",
		},
		{
			"a key that spells a path, and an object", 2, func(u int) string { return []string{`{"a.b":1}`, `{"a":{"b":"x"}}`}[u] },
			"a: {type: object} # 50 %\na.b: {type: [string, int]} # 2×; 1 different value",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := declared(t, seen(t, test.users, test.data), 200); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestFewerFields: the deepest fields are left out first.
func TestFewerFields(t *testing.T) {
	o := seen(t, 1, func(int) string { return `{"a":{"b":{"c":1,"d":2}},"e":1}` })
	for most, want := range map[int]string{
		5: "a: {type: object} # 100 %\na.b: {type: object} # 100 %\na.b.c: {type: int} # 100 %\na.b.d: {type: int} # 100 %\ne: {type: int} # 100 %",
		4: "a: {type: object} # 100 %\na.b: {type: object} # 100 %; has fields that are not declared\ne: {type: int} # 100 %",
		2: "a: {type: object} # 100 %; has fields that are not declared\ne: {type: int} # 100 %",
		1: "a: {type: object} # 100 %; has fields that are not declared",
	} {
		if got := declared(t, o, most); got != want {
			t.Errorf("%d: got\n%s\nwant\n%s", most, got, want)
		}
	}
}

// TestRarestFields: beside the depth, the fields that few events have are left out, and a note says how many.
func TestRarestFields(t *testing.T) {
	o := seen(t, 4, func(u int) string {
		return []string{`{"c":1,"b":1,"a":1}`, `{"c":1,"b":1}`, `{"c":1,"d":1}`, `{"c":1}`}[u]
	})
	m := o.Draft(2)
	if got, want := declared(t, o, 2), "b: {type: int} # 50 %\nc: {type: int} # 100 %"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if want := []string{"has 2 further fields that are not declared: the others are at least as frequent"}; !slices.Equal(m.Events[0].Notes, want) {
		t.Errorf("%q", m.Events[0].Notes)
	}
}

// TestProposals: metrics are proposed for fields whose values are known, or few, and never for those that tell people apart.
func TestProposals(t *testing.T) {
	o := seen(t, 40, func(u int) string {
		return fmt.Sprintf(`{"currency":%q,"user_id":"u%d","email":"x","plan":"p%d","note":"n%d","paid":true,"total":1.5,"order":{"size":3}}`, []string{"EUR", "USD"}[u%2], u, u%3, u)
	})
	m := o.Draft(200)
	text, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range m.Metrics {
		got = append(got, fmt.Sprintf("%s %s %s %v", x.Instrument, x.Name, x.Number, x.Attributes))
	}
	want := []string{
		"counter e  [{currency [EUR USD] 0} {paid [true false] 0} {note [] 100} {plan [] 10}]",
		"histogram e_total_value  []", "histogram e_order_size int []",
	}
	if !slices.Equal(got, want) || !strings.Contains(string(text), "#: metrics:\n") {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestProposalsWithDollars: an attribute has no dollar sign, and comes from the field by the path that records write.
func TestProposalsWithDollars(t *testing.T) {
	o := seen(t, 40, func(u int) string {
		return fmt.Sprintf(`{"$browser":%q,"$user_id":"u%d","$revenue":1.5,"$set":{"$plan":true}}`, []string{"a", "b"}[u%2], u)
	})
	text, err := o.Draft(200).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := eventmap.Parse([]byte(strings.ReplaceAll(string(text), "#: ", ""))); err != nil {
		t.Errorf("%v:\n%s", err, text)
	}
	for _, line := range []string{
		`#:         from: {browser: "[\"$browser\"]", plan: "[\"$set\"].$plan"}`,
		`#:         value: "[\"$revenue\"]"`,
		`#:       browser: {values: [a, b]}`,
	} {
		if !strings.Contains(string(text), line+"\n") {
			t.Errorf("no line %s in\n%s", line, text)
		}
	}
}

// TestCounts: what a map cannot have is counted.
func TestCounts(t *testing.T) {
	o := observe.New()
	for _, name := range []string{"a", "a", "other", "*", "a*b", "", "line\nbreak", "mail to ada@example.com"} {
		if err := o.Add(name, "", nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := o.Counts(); got.Events != 8 || got.Types != 1 || got.Users != 0 || !got.Exact {
		t.Errorf("%+v", got)
	}
	want := []string{
		`5 events left out: no map can name the type, which is empty or "other", or has a * or a control character`,
		"1 event left out: the type looks like data about a person",
	}
	if got := o.Omitted(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestMemory: a million keys and a million values of a field take no more memory than a few hundred.
func TestMemory(t *testing.T) {
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	n := 0
	o := seen(t, 1_000, func(int) string {
		var b strings.Builder
		b.WriteString(`{"m":{"k":0`)
		for range 1_000 {
			n++
			fmt.Fprintf(&b, `,"k%x":1`, n)
		}
		fmt.Fprintf(&b, `},"values":["v%d"],"text":"v%d"}`, n, n)
		return b.String()
	})
	if grown := int64(heap()) - int64(before); grown > 1<<20 {
		t.Errorf("%d bytes are kept", grown)
	}
	if got := declared(t, o, 200); !strings.Contains(got, "m: {type: object} # 100 %; its keys look like data, and are not declared\ntext: {type: string} # 100 %; about ") {
		t.Error(got)
	}
}

// TestEstimates: beyond what is counted exactly, the number of different values is within three standard errors.
func TestEstimates(t *testing.T) {
	for _, n := range []int{127, 1_000, 100_000} {
		o := observe.New()
		for i := range n {
			if err := o.Add("e", fmt.Sprint("user ", i), nil); err != nil {
				t.Fatal(err)
			}
		}
		got := o.Counts()
		if off := float64(got.Users)/float64(n) - 1; got.Exact != (n == 127) || off < -0.27 || off > 0.27 || got.Exact && off != 0 {
			t.Errorf("%d users: %d, exact: %v", n, got.Users, got.Exact)
		}
	}
}
