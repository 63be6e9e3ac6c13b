// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/rawjson"
)

func TestObjectWith(t *testing.T) {
	more := []rawjson.Member{{Name: "a", Value: []byte(`1`)}, {Name: "é", Value: []byte(`{}`)}}
	for name, tt := range map[string]struct{ object, want string }{
		"none":         {"", `{"a":1,"é":{}}`},
		"empty":        {"{ }", `{"a":1,"é":{}}`},
		"other fields": {`{"b":{"a":2}}`, `{"b":{"a":2},"a":1,"é":{}}`},
		"one of them":  {"{\"b\":[],\n\"a\":2\n}", "{\"b\":[],\n\"a\":2,\"é\":{}}"},
		"escaped":      {`{"\u00e9":3}`, `{"\u00e9":3,"a":1}`},
		"all of them":  {`{"é":null,"a":"}"}`, `{"é":null,"a":"}"}`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := object(tt.object).with(more...); string(got) != tt.want {
				t.Errorf("%s; want %s", got, tt.want)
			}
		})
	}
}
