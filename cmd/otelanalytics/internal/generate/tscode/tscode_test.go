// SPDX-License-Identifier: Apache-2.0

package tscode_test

import (
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/tscode"
)

// That the code compiles, and what the clients then send, is tested in tests/clients, with the same map.
const eventMap = "../../../../../tests/clients/events.yaml"

// public are the events of the map that a web page sends.
const public = "login,signed_in,order_*,page.*"

func TestCode(t *testing.T) {
	for _, client := range []string{"segment-browser", "segment-node", "posthog-browser", "posthog-node"} {
		t.Run(client, func(t *testing.T) {
			code, out, errs := clitest.Run(t, tscode.New(), "--source", "web", "--types", public, "--client", client, eventMap)
			if code != 0 || errs != "left out: the description of login: it names an event of other sources\n" {
				t.Errorf("exit code %d\n%s", code, errs)
			}
			clitest.Golden(t, "testdata/"+client+".ts", out)
			for _, secret := range []string{"fraud", "Fraud", "internal", "secret", "Nobody", "logins", "checkout"} {
				if strings.Contains(out, secret) {
					t.Errorf("the code says %q, which is no business of the source", secret)
				}
			}
		})
	}
}

// write writes an event map, and returns its path.
func write(t *testing.T, events string) string {
	t.Helper()
	return clitest.File(t, "events.yaml", "version: 1\nevents: "+events+"\n")
}

// TestOtherEventsChangeNothing: the file of a public source is the same, whatever happens to events of others.
func TestOtherEventsChangeNothing(t *testing.T) {
	generate := func(events string) string {
		code, out, errs := clitest.Run(t, tscode.New(), "--source", "web", "--types", "a", "--client", "posthog-browser", write(t, events))
		if code != 0 {
			t.Fatal(errs)
		}
		return out
	}
	if one, two := generate("{a: {data: {n: {type: int}}}, b: {}}"), generate("{a: {data: {n: {type: int}}}, c: {data: {m: {}}}, d: {}}"); one != two {
		t.Errorf("%s\n%s", one, two)
	}
}

// TestNames: every name of an event and a field is one in TypeScript, or in quotes.
func TestNames(t *testing.T) {
	for _, test := range []struct{ events, want string }{
		{"{2-factor: {}}", "export function trackEvent2Factor("},
		{"{'*': {}}", "export function trackEvent(client: Client, type: string, "},
		{"{'a`${x}\\*': {}}", "type: `a\\`\\${x}\\\\${string}`"},
		{"{Übung 5: {}}", "export function trackÜbung5("},
		{"{e: {go_name: Sent}}", "export function trackSent("},
		{"{e: {data: {a-b: {}}}}", `  "a-b"?: unknown;`},
		{"{e: {data: {'\"': {type: bool}}}}", `  "\""?: boolean | undefined;`},
		{"{e: {data: {a: {type: string, values: ['\"*/']}}}}", `  a?: "\"*/" | undefined;`},
		{"{e: {description: 'x */ y'}}", ` * x *\/ y`},
		{"{e: {data: {a: {type: [date, bool], values: [true]}}}}", "  a?: true | Date | undefined;"},
		{"{e: {data: {a: {type: array}, a.0: {type: int}}}}", "  a?: unknown[] | undefined;"},
		{"{e: {data: {a.b: {required: true}}}}", "  a?: {\n    b: unknown;\n  } | undefined;"},
		{"{e: {additional: omit}}", "export type EProperties = Record<string, never>;"},
	} {
		t.Run(test.events, func(t *testing.T) {
			code, out, errs := clitest.Run(t, tscode.New(), "--source", "web", "--types", "*", "--client", "segment-node", write(t, test.events))
			if code != 0 || !strings.Contains(out, test.want) {
				t.Errorf("exit code %d, want %s\n%s%s", code, test.want, out, errs)
			}
		})
	}
}

func TestMistakes(t *testing.T) {
	for _, test := range []struct {
		name, events string
		args         []string
		code         int
		want         string
	}{
		{"no source", "{a: {}}", []string{"--types", "a", "--client", "segment-node"}, 2, "--source is missing"},
		{"no types", "{a: {}}", []string{"--source", "web", "--client", "segment-node"}, 2, "--types is missing"},
		{"no client", "{a: {}}", []string{"--source", "web", "--types", "a"}, 2, "give segment-browser, segment-node, posthog-browser, posthog-node"},
		{"no such type", "{login: {}}", []string{"--source", "web", "--types", "logon,x*", "--client", "segment-node"}, 1, "--types: \"logon\" is not an event of the map, and no pattern for its events\n--types: \"x*\" is not an event of the map"},
		{"two of one name", "{a b: {}, a_b: {}}", []string{"--source", "web", "--types", "*", "--client", "segment-node"}, 1, `the events "a b" and "a_b" are both AB in TypeScript; add go_name`},
		{"a pattern", "{a: {data: {s: {type: string, pattern: '(?m)^x$'}}}}", []string{"--source", "web", "--types", "*", "--client", "segment-node"}, 1, "the pattern of a.data.s has another meaning in ECMAScript"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, out, errs := clitest.Run(t, tscode.New(), append(test.args, write(t, test.events))...)
			if code != test.code || out != "" || !strings.Contains(errs, test.want) {
				t.Errorf("exit code %d\n%s%s\nwant %d, %s", code, out, errs, test.code, test.want)
			}
		})
	}
	code, _, errs := clitest.Run(t, tscode.New(), "--source", "web", "--types", "a", "--client", "segment-node", write(t, "{a: {}, b: {data: {s: {type: string, pattern: '(?m)^x$'}}}}"))
	if code != 0 {
		t.Errorf("a pattern of another source is refused: %s", errs)
	}
}
