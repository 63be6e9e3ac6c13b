// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"encoding/json"
	"testing"
)

func TestUnquoted(t *testing.T) {
	for name, quoted := range map[string]string{
		"empty":            `""`,
		"plain":            `"u-17"`,
		"UTF-8":            `"naïve 😀"`,
		"escapes":          `"a\"b\\\u00e9\ud83d\ude00"`,
		"half a surrogate": `"\ud800"`,
		"no UTF-8":         "\"a\xffb\"",
	} {
		t.Run(name, func(t *testing.T) {
			var want string
			if err := json.Unmarshal([]byte(quoted), &want); err != nil {
				t.Fatal(err)
			}
			if got := unquoted([]byte(quoted)); got != want {
				t.Errorf("%q; want %q", got, want)
			}
		})
	}
}

func TestObjectWith(t *testing.T) {
	more := []member{{"a", json.RawMessage(`1`)}, {"é", json.RawMessage(`{}`)}}
	for name, tt := range map[string]struct{ object, want string }{
		"none":         {"", `{"a":1,"é":{}}`},
		"empty":        {"{ }", `{"a":1,"é":{}}`},
		"other fields": {`{"b":{"a":2}}`, `{"b":{"a":2},"a":1,"é":{}}`},
		"one of them":  {"{\"b\":[],\n\"a\":2\n}", "{\"b\":[],\n\"a\":2,\"é\":{}}"},
		"escaped":      {`{"\u00e9":3}`, `{"\u00e9":3,"a":1}`},
		"all of them":  {`{"é":null,"a":"}"}`, `{"é":null,"a":"}"}`},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := object(tt.object).with(more...); err != nil || string(got) != tt.want {
				t.Errorf("%s, %v; want %s", got, err, tt.want)
			}
		})
	}
}
