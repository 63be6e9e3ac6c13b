// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// objects are JSON that decoders meet: names in any case, names that come again, null, and values of the wrong kind.
var objects = []string{
	`{}`, `null`, `7`, `[]`, `"x"`, `true`, " {\n} ",
	`{"userId":"u","event":"order_completed","type":"track","properties":{"a":[1,{"b":"}"}]},"timestamp":"2026-01-02T03:04:05.678Z","messageId":7,"context":null}`,
	`{"USERID":"a","userid":"b","userId":"c"}`, `{"userId":"c","USERID":"a"}`, `{"u\u017ferId":"long s","ta\u212aen":1,"to\u212aen":"kelvin"}`, `{"user\u0049d":"escaped"}`,
	`{"userId":"a","userId":null}`, `{"timestamp":"2026-01-02T03:04:05Z","timestamp":null}`, `{"sentAt":"2026-01-02T03:04:05Z","sentAt":null,"sent_at":"noon"}`,
	`{"properties":{"a":1},"properties":{"b":2}}`, `{"properties":{"a":1},"properties":null}`, `{"context":{"a":1},"traits":{}}`,
	`{"userId":true}`, `{"userId":[],"timestamp":"noon"}`, `{"timestamp":"noon","userId":[]}`, `{"timestamp":-1}`, `{"timestamp":1e999}`, `{"timestamp":253402300799999}`, `{"timestamp":{}}`, `{"properties":7}`,
	`{"batch":[{},1,null],"batch":[2],"context":[],"sentAt":1767323045678,"writeKey":"k"}`, `{"batch":null}`, `{"batch":{}}`, `{"batch":"x","writeKey":1}`,
	`{"offset":1e3}`, `{"offset":null}`, `{"offset":5,"offset":null}`, `{"offset":"5"}`, `{"offset":1e999}`, `{"$distinct_id":1,"distinct_id":"d","$DISTINCT_ID":"e"}`,
	`{"specversion":"1.0","id":"1","source":"/","type":"page","data":{"a":1},"data_base64":"eA=="}`, `{"event_type":"page","event_data":{"a":1},"user_id":1.50}`,
	"{\"user\xffId\":1,\"userId\":\"\xff\"}", `{"":1," userId":2}`,
}

// FuzzDecoders compares what decoders make of JSON with what package json makes of it.
func FuzzDecoders(f *testing.F) {
	for _, text := range objects {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) {
			return // nobody decodes it
		}
		sameDecoded[segmentMessage](t, text)
		sameDecoded[segmentEnvelope](t, text)
		sameDecoded[plainEvent](t, text)
		sameDecoded[cloudEvent](t, text)
		sameDecoded[posthogMessage](t, text)
	})
}

func sameDecoded[T any](t *testing.T, text string) {
	t.Helper()
	var want T
	wrong := json.Unmarshal([]byte(text), &want)
	d := newDecoder[T]()
	_, _ = d.decode([]byte(objects[7])) // which must leave nothing behind
	got, err := d.decode([]byte(text))
	if !reflect.DeepEqual(*got, want) {
		t.Errorf("%s\n%+v\nwant %+v", text, *got, want)
	}
	if kind := new(json.UnmarshalTypeError); errors.As(wrong, &kind) {
		wrong = kindError(fmt.Sprintf("it is a JSON %s; want a JSON object", kind.Value))
	}
	if (err == nil) != (wrong == nil) || err != nil && problemOf(err) != problemOf(wrong) {
		t.Errorf("%s\n%v\nwant %v", text, err, wrong)
	}
}

// TestFieldsOfDecoders: each field of a struct that is decoded has a name of its own, in any case.
func TestFieldsOfDecoders(t *testing.T) {
	for _, all := range []fields{
		newDecoder[segmentMessage]().fields, newDecoder[segmentEnvelope]().fields, newDecoder[plainEvent]().fields,
		newDecoder[cloudEvent]().fields, newDecoder[posthogMessage]().fields,
	} {
		seen := make(map[string]bool)
		for _, f := range all {
			name := strings.ToLower(string(f.name))
			if name == "" || seen[name] {
				t.Errorf("%q is the name of no field, or of two", f.name)
			}
			seen[name] = true
		}
	}
}
