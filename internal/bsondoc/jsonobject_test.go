// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/rawjson"
)

// nested is an object of so many levels.
func nested(levels int) string {
	return strings.Repeat(`{"a":`, levels-1) + "{}" + strings.Repeat("}", levels-1)
}

// FuzzJSONObject compares an object that is put together with the JSON that holds the same.
func FuzzJSONObject(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"a":1,"b":{"c":[1,2.5,"x\n",null,true,false]}}`, `{"more":1}`, `{"a":1,"m\u006fre":2,"a":3}`, `{"$set":{"a.b":1}}`, `{"a\u0000":1}`,
		`{"a":1e999}`, `{"a":[{"b":9223372036854775808}]}`, "{\"\xff\":\"\xff\"}", nested(MaxDepth - 1), nested(MaxDepth), nested(MaxDepth + 1),
	} {
		f.Add(text, `{"x":1}`)
		f.Add(`{}`, text)
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		object := []byte(strings.Trim(text, " \n\r\t"))
		if !json.Valid(object) || object[0] != '{' || !json.Valid([]byte(value)) {
			return
		}
		separator := ""
		for name := range rawjson.Members(object) {
			if separator = ","; string(name) == "more" || string(name) == "other" {
				return // TestJSONObjectKeepsItsOwn
			}
		}
		whole := fmt.Sprintf(`%s%s"more":%s,"other":%s}`, object[:len(object)-1], separator, value, value)
		more := []rawjson.Member{{Name: "more", Value: []byte(value)}, {Name: "other", Value: []byte(value)}}
		sameDocument(t, &JSONObject{Text: object, More: more}, whole)
		sameDocument(t, &JSONObject{Text: object}, string(object))
	})
}

// sameDocument compares the document of an object, or its error, with that of JSON.
func sameDocument(t *testing.T, object *JSONObject, text string) {
	t.Helper()
	var e, plain Encoder
	front := []byte("front")
	got, err := e.Document(front, object)
	want, wrong := plain.Document(front, json.RawMessage(text))
	switch {
	case fmt.Sprint(err) != fmt.Sprint(wrong):
		t.Errorf("%s: %v; want %v", text, err, wrong)
	case err == nil && (!bytes.Equal(got, want) || e.Special != plain.Special):
		t.Errorf("%s: %x, special %v; want %x, %v", text, got, e.Special, want, plain.Special)
	}
}

func TestJSONObjectKeepsItsOwn(t *testing.T) {
	more := []rawjson.Member{{Name: "a", Value: []byte(`1`)}, {Name: "b", Value: []byte(`{"c":2}`)}}
	for text, want := range map[string]string{
		``: `{"a":1,"b":{"c":2}}`, `{}`: `{"a":1,"b":{"c":2}}`, `{"x":{"a":0}}`: `{"x":{"a":0},"a":1,"b":{"c":2}}`,
		`{"a":null}`: `{"a":null,"b":{"c":2}}`, `{"\u0062":0,"a":0,"a":5}`: `{"b":0,"a":5}`,
	} {
		sameDocument(t, &JSONObject{Text: []byte(text), More: more}, want)
	}
}
