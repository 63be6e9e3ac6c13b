// SPDX-License-Identifier: Apache-2.0

package infer_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer"
)

// file writes a file of events and returns its path.
func file(t *testing.T, content string) string {
	t.Helper()
	return clitest.File(t, "events.jsonl", content)
}

const login = `{"event_type":"login","user_id":"u","event_data":{"method":"password"}}` + "\n"

// TestRefusedLines: a line that is no event is named by its number, and nothing of it is shown.
func TestRefusedLines(t *testing.T) {
	const over = "; --type-field names another field"
	for _, test := range []struct{ name, line, want string }{
		{"no JSON", `{"event_type": s3cret}`, "is no valid JSON; write one object a line"},
		{"half an object", `{"event_type": "s3cret"`, "is no valid JSON; write one object a line"},
		{"two objects", `{"event_type":"a"}{"s3cret":1}`, "is no valid JSON; write one object a line"},
		{"an array", `["s3cret"]`, `is no JSON object; each line is one event, such as {"event_type": "login", "event_data": {}}`},
		{"a text", `"s3cret"`, `is no JSON object; each line is one event, such as {"event_type": "login", "event_data": {}}`},
		{"no type", `{"s3cret":"x"}`, "has no event type: no text in event_type, event, event_name or type" + over},
		{"a type that is no text", `{"event_type":{"s3cret":1}}`, "has no event type: no text in event_type, event, event_name or type" + over},
		{"nested deeply", `{"event_type":"a","event_data":` + strings.Repeat(`{"s3cret":`, 300) + "1" + strings.Repeat("}", 300) + "}", "cannot be stored: documents nested more than 180 deep, which MongoDB does not store; flatten it (does it refer to itself?)"},
		{"nested without end", strings.Repeat(`{"s3cret":`, 100_000), "is no valid JSON; write one object a line"},
		{"a million values", `{"event_type":"a","event_data":{"x":[1` + strings.Repeat(",1", 1_000_000) + "]}}", "has 1,000,000 values or more; remove it, or leave out what is large"},
		{"more than 16 MiB", `{"event_type":"a","event_data":{"x":"` + strings.Repeat("s3cret", 3<<20) + `"}}`, "has more than 16 MiB, and MongoDB stores no more; remove it, or leave out what is large"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := file(t, login+"\n"+test.line+"\n"+login)
			code, out, errs := clitest.Run(t, infer.New(), path)
			if want := fmt.Sprintf("otelanalytics: %s:3: the line %s (--skip-broken leaves out such lines)\n", path, test.want); code != 2 || out != "" || errs != want {
				t.Errorf("exit code %d\n%.300s\nwant\n%s", code, errs, want)
			}
			code, out, errs = clitest.Run(t, infer.New(), "--skip-broken", path)
			if code != 0 || !strings.Contains(out, "  login: # 2 events (100 %), 1 user\n") || errs != "1 line left out: no event\n" || strings.Contains(out, "s3cret") {
				t.Errorf("without the line: exit code %d, %s\n%s", code, errs, out)
			}
		})
	}
}

func TestRefusedUse(t *testing.T) {
	for _, test := range []struct {
		name, want string
		code       int
		args       []string
	}{
		{"nothing", "otelanalytics: no events are named: give a file of events or a plan, or name a MongoDB by OTELANALYTICS_MONGODB_URI, by mongodb.uri in the file of --config or by --uri", 2, nil},
		{"no file", "otelanalytics: open missing.jsonl: no such file or directory", 2, []string{"missing.jsonl"}},
		{"no event", "there is no event to make a map of", 1, []string{file(t, "\n\n")}},
		{"a file and MongoDB", "otelanalytics: --uri is about MongoDB, and x.jsonl is a file; give one of the two", 2, []string{"--mongodb-uri", "mongodb://x/", "x.jsonl"}},
		{"a file and a time", "otelanalytics: --from is about MongoDB, and x.jsonl is a file; give one of the two", 2, []string{"--from", "7d", "x.jsonl"}},
		{"no sample", "otelanalytics: --sample is 0; write N to read one event in N", 2, []string{"--sample", "0", "x.jsonl"}},
		{"no fields", "otelanalytics: --fields is 0; write the largest number of declared fields of an event, such as 200", 2, []string{"--fields", "0", "x.jsonl"}},
		{"times", "otelanalytics: --from is 2026-11-02T00:00:00.000Z and --to is 2026-11-01T00:00:00.000Z; --from must be earlier", 2, []string{"--from", "2026-11-02", "--to", "2026-11-01"}},
		{"a type field that is not there", "the line has no text in kind; --type-field names where the event type is (--skip-broken leaves out such lines)", 2, []string{"--type-field", "kind", file(t, login)}},
		{"gzip that is none", "it begins like gzip, and is not: gzip: invalid header", 2, []string{file(t, "\x1f\x8bnonsense")}},
		{"too many types", ":1001: there are more than 1,000 event types; is it the right field? name another with --type-field", 2, []string{file(t, manyTypes())}},
		{"too many fields", ": the events have more than 20,000 fields; choose some of them, with --type or --sample", 2, []string{file(t, manyFields())}},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, out, errs := clitest.Run(t, infer.New(), test.args...)
			first, _, _ := strings.Cut(errs, "\n")
			if code != test.code || out != "" || !strings.HasSuffix(first, test.want) {
				t.Errorf("exit code %d, want %d\n%s\nwant at its end\n%s", code, test.code, errs, test.want)
			}
		})
	}
}

func manyTypes() string {
	var b strings.Builder
	for i := range 1_001 {
		fmt.Fprintf(&b, "{\"event\":\"type %d\"}\n", i)
	}
	return b.String()
}

// manyFields has 200 types, each with 10 objects of 11 fields.
func manyFields() string {
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, `{"event":"type %d","data":{`, i)
		for j := range 10 {
			fmt.Fprintf(&b, `"o%d":{"f0":0`, j)
			for k := 1; k < 11; k++ {
				fmt.Fprintf(&b, `,"f%d":1`, k)
			}
			b.WriteString("},")
		}
		b.WriteString("\"z\":1}}\n")
	}
	return b.String()
}

// TestPlaces: flags say where the type, the data and the user are.
func TestPlaces(t *testing.T) {
	for _, test := range []struct {
		name, line, want, note string
		flags                  []string
	}{
		{"of PostHog", `{"event":"$pageview","distinct_id":"u","properties":{"a":1}}`, "$pageview\": # 1 event (100 %), 1 user\n    data:\n      a: {type: int}", "", nil},
		{"of a call that is no track call", `{"type":"identify","anonymousId":"u","traits":{"a":1}}`, "identify: # 1 event (100 %), 1 user\n    data:\n      a: {type: int}", "", nil},
		{"deep", `{"meta":{"kind":"a","who":{"id":7}},"body":{"d":{"x":1}}}`, "  a: # 1 event (100 %), 1 user\n    data:\n      x: {type: int}", "", []string{"--type-field", "meta.kind", "--data-field", "body.d", "--user-field", "meta.who.id"}},
		{"flat", `{"event":"a","x":1}`, "      event: {type: string} # 100 %; 1 different value\n      x: {type: int}", "", []string{"--data-field", "."}},
		{"none", `{"event":"a","x":1}`, "  a: # 1 event (100 %)\n", "no event has data in event_data, properties, traits, payload or data; --data-field names another field\n", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, out, errs := clitest.Run(t, infer.New(), append(test.flags, file(t, test.line))...)
			if code != 0 || !strings.Contains(out, test.want) || errs != test.note {
				t.Errorf("exit code %d, %s\n%s\nwant\n%s", code, errs, out, test.want)
			}
		})
	}
}

// TestCompressed: a file that gzip made is the same events.
func TestCompressed(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(login)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := inferred(t, file(t, b.String())), inferred(t, file(t, login)); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
