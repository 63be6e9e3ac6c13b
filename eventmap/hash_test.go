// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"strings"
	"testing"
)

const hashed = `version: 1
metrics:
  logins:
    instrument: counter
    unit: s
    description: Logins.
    attributes:
      method: {values: [email, google]}
      page: {limit: 100}
  wait:
    instrument: histogram
    buckets: [1, 2]
    attributes:
      method: {values: [email, google]}
events:
  signed_in:
    description: Signed in.
    group: users
    record:
      - metric: logins
        set: {method: email}
        from: {page: a.b}
      - metric: wait
        value: wait.time
  signed_out: {record: [{metric: logins}]}
`

// The hash is stored in every document: changing it for a map that nobody changed would look like a
// change of the map. The value was computed when the form was laid down.
func TestHashIsStableBetweenReleases(t *testing.T) {
	if got := parseText(t, hashed).Hash(); got != "7aab910063d03a4d" {
		t.Errorf("the hash is %s", got)
	}
}

func TestHashKeeps(t *testing.T) {
	cases := []struct{ name, old, new string }{
		{"comment", "metrics:\n", "# a comment\nmetrics: # another\n"},
		{"flow and block", "      method: {values: [email, google]}\n      page:", "      method:\n        values:\n          - email\n          - \"google\"\n      page:"},
		{"quotes", "group: users", `"group": 'users'`},
		{"order of keys", "    unit: s\n    description: Logins.\n", "    description: Logins.\n    unit: s\n"},
		{"order of attributes", "      method: {values: [email, google]}\n      page: {limit: 100}\n", "      page: {limit: 100}\n      method: {values: [email, google]}\n"},
		{"order of set and from", "        set: {method: email}\n        from: {page: a.b}\n", "        from: {page: a.b}\n        set: {method: email}\n"},
		{"default: number of a counter", "    unit: s\n", "    unit: s\n    number: int\n"},
		{"default: number of a histogram", "    buckets:", "    number: double\n    buckets:"},
		{"default: max_series", "    unit: s\n", "    unit: s\n    max_series: 1900\n"},
		{"default: attribute default", "{limit: 100}", "{limit: 100, default: unknown}"},
		{"default: store", "    group: users\n", "    group: users\n    store: true\n"},
		{"default: value", "[{metric: logins}]", "[{metric: logins, value: 1.0}]"},
		{"default: from", "[{metric: logins}]", "[{metric: logins, from: {page: page}}]"},
		{"default: set", "[{metric: logins}]", "[{metric: logins, set: {}, from: }]"},
		{"default: metric enabled", "    unit: s\n", "    unit: s\n    enabled: true\n"},
		{"default: group of a metric", "    unit: s\n", "    unit: s\n    group: users\n"},
		{"default: event enabled", "    group: users\n", "    group: users\n    enabled: true\n"},
		{"default: key_scope", "metrics:\n", "key_scope: [service, user]\nmetrics:\n"},
		{"order of key_scope", "metrics:\n", "key_scope: [user, service]\nmetrics:\n"},
		{"nothing redacted or declared", "metrics:\n", "redact: []\nmetrics:\n"},
		{"no data", "    group: users\n", "    group: users\n    data: {}\n"},
		{"default: on_violation of the map", "metrics:\n", "on_violation: count\nmetrics:\n"},
		{"default: on_violation of an event", "    group: users\n", "    group: users\n    on_violation: count\n"},
		{"default: additional", "    group: users\n", "    group: users\n    additional: keep\n"},
		{"numbers", "buckets: [1, 2]", "buckets: [1.0, 2e0]"},
	}
	want := parseText(t, hashed).Hash()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := parseText(t, replaced(t, c.old, c.new)).Hash(); got != want {
				t.Errorf("changed from %s to %s", want, got)
			}
		})
	}
	t.Run("order of redact and data", func(t *testing.T) {
		a := parseText(t, "version: 1\nredact: [a, b]\nevents:\n  e: {data: {c: {type: int}, d: {}}}\n")
		b := parseText(t, "version: 1\nredact: [b, a]\nevents:\n  e: {data: {d: {}, c: {type: int}}}\n")
		if a.Hash() != b.Hash() {
			t.Errorf("%s and %s", a.Hash(), b.Hash())
		}
	})
	t.Run("order of metrics and events", func(t *testing.T) {
		head, events, _ := strings.Cut(hashed, "events:\n")
		wait := head[strings.Index(head, "  wait:"):]
		head = strings.Replace(strings.Replace(head, wait, "", 1), "metrics:\n", "metrics:\n"+wait, 1)
		out := events[strings.Index(events, "  signed_out"):]
		events = out + strings.Replace(events, out, "", 1)
		head = strings.Replace(head, "version: 1\n", "", 1)
		if got := parseText(t, "events:\n"+events+head+"version: 1\n").Hash(); got != want {
			t.Errorf("changed from %s to %s", want, got)
		}
	})
}

func TestHashChanges(t *testing.T) {
	cases := []struct{ name, old, new string }{
		{"metric name", "  wait:\n    instrument: histogram\n    buckets: [1, 2]\n    attributes:\n      method: {values: [email, google]}\n", "  wait:\n    instrument: histogram\n    buckets: [1, 2]\n    attributes:\n      method: {values: [email, google]}\n  more: {instrument: counter}\n"},
		{"instrument", "    instrument: counter\n", "    instrument: up_down_counter\n"},
		{"unique", "    instrument: counter\n", "    instrument: unique\n"},
		{"unit", "unit: s", "unit: ms"},
		{"description", "description: Logins.", "description: Logins"},
		{"number", "    unit: s\n", "    unit: s\n    number: double\n"},
		{"max_series", "    unit: s\n", "    unit: s\n    max_series: 1899\n"},
		{"buckets", "buckets: [1, 2]", "buckets: [1, 3]"},
		{"buckets gone", "    buckets: [1, 2]\n", ""},
		{"values", "      page: {limit: 100}\n", "      page: {values: [x]}\n"},
		{"order of values", "[email, google]}\n      page", "[google, email]}\n      page"},
		{"value moved into the next", "[email, google]}\n      page", "[email, googl, e]}\n      page"},
		{"limit", "limit: 100", "limit: 101"},
		{"default", "limit: 100", "limit: 100, default: none"},
		{"event name", "signed_out", "signed_off"},
		{"pattern", "  signed_out:", "  \"signed_out*\":"},
		{"event description", "Signed in.", "Signed in"},
		{"group", "group: users", "group: user"},
		{"group and description swapped", "    description: Signed in.\n    group: users\n", "    description: users\n    group: Signed in.\n"},
		{"store", "    group: users\n", "    group: users\n    store: false\n"},
		{"record gone", "{record: [{metric: logins}]}", "{}"},
		{"record twice", "[{metric: logins}]", "[{metric: logins}, {metric: logins, value: 2}]"},
		{"go_name of an event", "    group: users\n", "    group: users\n    go_name: A\n"},
		{"deprecated event", "    group: users\n", "    group: users\n    deprecated: {note: a}\n"},
		{"deprecated event with another note", "    group: users\n", "    group: users\n    deprecated: {note: b}\n"},
		{"deprecated event that is replaced", "    group: users\n", "    group: users\n    deprecated: {note: a, replaced_by: signed_out}\n"},
		{"deprecated metric", "    unit: s\n", "    unit: s\n    deprecated: {note: a}\n"},
		{"deprecated attribute", "limit: 100", "limit: 100, deprecated: {note: a}"},
		{"deprecated value", "[email, google]}\n      page", "[email, google], deprecated_values: {email: {note: a}}}\n      page"},
		{"another deprecated value", "[email, google]}\n      page", "[email, google], deprecated_values: {google: {note: a}}}\n      page"},
		{"deprecated field", "  signed_out:", "  noted: {data: {x: {deprecated: {note: a}}}}\n  signed_out:"},
		{"renamed_from", "    group: users\n", "    group: users\n    renamed_from: [a]\n"},
		{"renamed_from two", "    group: users\n", "    group: users\n    renamed_from: [a, b]\n"},
		{"go_name of an attribute", "limit: 100", "limit: 100, go_name: A"},
		{"identifies of an attribute", "limit: 100", "limit: 100, identifies: false"},
		{"go_names", "[email, google]}\n      page", "[email, google], go_names: {email: A}}\n      page"},
		{"go_names of another value", "[email, google]}\n      page", "[email, google], go_names: {google: A}}\n      page"},
		{"from the platform", "page: a.b", "page: $platform"},
		{"from the module", "page: a.b", "page: $module"},
		{"from the session", "page: a.b", "page: $session_present"},
		{"every_event", "metrics:\n", "every_event: {record: [{metric: logins, from: {method: $type, page: $type}}]}\nmetrics:\n"},
		{"every_event another", "metrics:\n", "every_event: {record: [{metric: logins, from: {method: $type, page: $module}}]}\nmetrics:\n"},
		{"set", "set: {method: email}", "set: {method: google}"},
		{"from", "page: a.b", "page: a.c"},
		{"from split elsewhere", "page: a.b", "page: ab"},
		{"from the type", "page: a.b", "page: $type"},
		{"constant for data", "[{metric: logins}]", "[{metric: logins, set: {page: page}}]"},
		{"value path", "value: wait.time", "value: wait.times"},
		{"value size", "value: wait.time", "value: wait.$size"},
		{"instrument exponential", "    instrument: histogram\n    buckets: [1, 2]\n", "    instrument: exponential_histogram\n"},
		{"max_size", "    instrument: histogram\n    buckets: [1, 2]\n", "    instrument: exponential_histogram\n    max_size: 200\n"},
		{"max_scale", "    instrument: histogram\n    buckets: [1, 2]\n", "    instrument: exponential_histogram\n    max_scale: 19\n"},
		{"group of a metric", "    unit: s\n", "    unit: s\n    group: logins\n"},
		{"group of another metric", "    buckets:", "    group: logins\n    buckets:"},
		{"metric disabled", "    unit: s\n", "    unit: s\n    enabled: false\n"},
		{"event disabled", "    group: users\n", "    group: users\n    enabled: false\n"},
		{"key_scope of services", "metrics:\n", "key_scope: [service]\nmetrics:\n"},
		{"key_scope of users", "metrics:\n", "key_scope: [user]\nmetrics:\n"},
		{"no key_scope", "metrics:\n", "key_scope: []\nmetrics:\n"},
		{"key_scope and redact", "metrics:\n", "key_scope: []\nredact: [x]\nmetrics:\n"},
		{"redact", "metrics:\n", "redact: [x]\nmetrics:\n"},
		{"redact another", "metrics:\n", "redact: [y]\nmetrics:\n"},
		{"redact two", "metrics:\n", "redact: [x, y]\nmetrics:\n"},
		{"redact path", "metrics:\n", "redact: [x.y]\nmetrics:\n"},
		{"data", "  signed_out:", "  noted: {data: {a: {}}}\n  signed_out:"},
		{"data path", "  signed_out:", "  noted: {data: {a.b: {}}}\n  signed_out:"},
		{"data type", "  signed_out:", "  noted: {data: {a: {type: int}}}\n  signed_out:"},
		{"data description", "  signed_out:", "  noted: {data: {a: {description: int}}}\n  signed_out:"},
		{"data types", "  signed_out:", "  noted: {data: {a: {type: [int, string]}}}\n  signed_out:"},
		{"data types in another order", "  signed_out:", "  noted: {data: {a: {type: [string, int]}}}\n  signed_out:"},
		{"data required", "  signed_out:", "  noted: {data: {a: {required: true}}}\n  signed_out:"},
		{"data values", "  signed_out:", "  noted: {data: {a: {type: string, values: [p]}}}\n  signed_out:"},
		{"data other values", "  signed_out:", "  noted: {data: {a: {type: string, values: [p, q]}}}\n  signed_out:"},
		{"data values of another type", "  signed_out:", "  noted: {data: {a: {type: [string, int], values: [1]}}}\n  signed_out:"},
		{"data values that are text", "  signed_out:", "  noted: {data: {a: {type: [string, int], values: ['1']}}}\n  signed_out:"},
		{"data pattern", "  signed_out:", "  noted: {data: {a: {type: string, pattern: p}}}\n  signed_out:"},
		{"data min_length", "  signed_out:", "  noted: {data: {a: {type: string, min_length: 1}}}\n  signed_out:"},
		{"data max_length", "  signed_out:", "  noted: {data: {a: {type: string, max_length: 1}}}\n  signed_out:"},
		{"data min", "  signed_out:", "  noted: {data: {a: {type: int, min: 1}}}\n  signed_out:"},
		{"data max", "  signed_out:", "  noted: {data: {a: {type: int, max: 1}}}\n  signed_out:"},
		{"data max_items", "  signed_out:", "  noted: {data: {a: {type: array, max_items: 1}}}\n  signed_out:"},
		{"data items", "  signed_out:", "  noted: {data: {a: {type: array, items: {}}}}\n  signed_out:"},
		{"data a field of items", "  signed_out:", "  noted: {data: {a: {type: array, items: {p: {}}}}}\n  signed_out:"},
		{"data a field beside items", "  signed_out:", "  noted: {data: {a: {type: array}, a.p: {}}}\n  signed_out:"},
		{"since", "    group: users\n", "    group: users\n    since: a\n"},
		{"on_violation", "    group: users\n", "    group: users\n    on_violation: omit\n"},
		{"on_violation another", "    group: users\n", "    group: users\n    on_violation: reject\n"},
		{"additional", "  signed_out:", "  noted: {additional: omit}\n  signed_out:"},
		{"additional another", "  signed_out:", "  noted: {additional: violate}\n  signed_out:"},
		{"on_violation of the map", "metrics:\n", "on_violation: omit\nmetrics:\n"},
		{"data drop", "  signed_out:", "  noted: {data: {x: {redact: drop}}}\n  signed_out:"},
		{"data go_name", "  signed_out:", "  noted: {data: {x: {go_name: A}}}\n  signed_out:"},
		{"data go_names", "  signed_out:", "  noted: {data: {x: {type: string, values: [a, b], go_names: {a: A}}}}\n  signed_out:"},
		{"data go_names of another value", "  signed_out:", "  noted: {data: {x: {type: string, values: [a, b], go_names: {b: A}}}}\n  signed_out:"},
		{"data hash", "  signed_out:", "  noted: {data: {x: {redact: hash}}}\n  signed_out:"},
		{"when", "value: wait.time", "value: wait.time\n        when: 'true'"},
		{"when another", "value: wait.time", "value: wait.time\n        when: 'false'"},
		{"when of another record", "[{metric: logins}]", "[{metric: logins, when: 'true'}]"},
		{"value computed", "value: wait.time", "value: '=1'"},
		{"value computed otherwise", "value: wait.time", "value: '=1.0'"},
		{"value constant", "value: wait.time", "value: 3"},
	}
	seen := map[string]string{parseText(t, hashed).Hash(): "the map itself"}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := parseText(t, replaced(t, c.old, c.new)).Hash()
			if same, ok := seen[h]; ok {
				t.Errorf("same hash as %s", same)
			}
			seen[h] = c.name
		})
	}
}

func TestHashSeesThroughAliases(t *testing.T) {
	a := parseText(t, "version: 1\nmetrics:\n  a: &m {instrument: counter}\n  b: *m\n")
	b := parseText(t, "version: 1\nmetrics:\n  a: {instrument: counter}\n  b: {instrument: counter}\n")
	if a.Hash() != b.Hash() {
		t.Errorf("%s and %s", a.Hash(), b.Hash())
	}
}

func replaced(t *testing.T, old, new string) string {
	t.Helper()
	if !strings.Contains(hashed, old) {
		t.Fatalf("no %q", old)
	}
	return strings.Replace(hashed, old, new, 1)
}
