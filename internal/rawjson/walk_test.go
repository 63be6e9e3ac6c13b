// SPDX-License-Identifier: Apache-2.0

package rawjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
)

// texts are JSON in every form.
var texts = []string{
	`{}`, ` [ ] `, `{"a":1}`, "{\n\"a\" :\t[1,\r2 ] , \"b\":{}}", `[{},[],"",0,true,false,null]`, `[[[]],[{"a":[{}]}]]`, `{"":{"":[]}}`,
	`0`, `-0`, `10 `, `1.5`, `1E+5`, `-1e-05`, `true`, `false`, `null`, `[1 ,2	,3
]`, `{"a":1,"a":2,"\u0061":3}`,
	`""`, `"\\"`, `"\""`, `"\\\""`, `"\u00e9"`, `"\b\f\n\r\t\/"`, "\"\x7f\"", "\"a\xffb\"", "\"\xc3\"", `"naïve 😀"`, `"\ud800"`,
	`"12345678"`, `"1234567\"9012345\\"`, "{\"a\xff\":\"}\"}", `["]","}",",",":","{\"[",""]`,
	`"long enough for a few words of eight bytes, and a \"quotation\" in it"`, message,
}

// sameParts compares the parts of a value, and theirs.
func sameParts(t *testing.T, text []byte) {
	t.Helper()
	r := NewReader(text)
	switch r.Next() {
	case '[':
		var got, want []json.RawMessage
		for element := range Elements(text) {
			got = append(got, element)
			sameParts(t, element)
		}
		if err := json.Unmarshal(text, &want); err != nil || fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
			t.Fatalf("elements %q; want %q, %v", got, want, err)
		}
	case '{':
		want, got := make(map[string]json.RawMessage), make(map[string]json.RawMessage)
		for name, value := range Members(text) {
			got[string(name)] = value
			sameParts(t, value)
		}
		if err := json.Unmarshal(text, &want); err != nil || fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
			t.Fatalf("members %q; want %q, %v", got, want, err)
		}
	case '"':
		var want string
		if err := json.Unmarshal(text, &want); err != nil || Text(text) != want || r.Text() != want {
			t.Fatalf("the text %q; want %q, %v", Text(text), want, err)
		}
		if again := AppendText(nil, want); Text(again) != want {
			t.Fatalf("quoted again: %q", again)
		}
	default:
		if word := r.Word(); word != string(text) {
			t.Fatalf("the word %q", word)
		}
	}
}

// FuzzParts compares the parts of JSON with those that package json finds.
func FuzzParts(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if json.Valid(text) && len(text) < 10_000 {
			sameParts(t, bytes.Trim(text, "\n\r\t "))
		}
	})
}

// FuzzAppendText quotes any text, as package json would have it.
func FuzzAppendText(f *testing.F) {
	for _, text := range []string{"", "plain", `"\`, "\x00\x1f\x7f", "é😀", "a\xffb", "<&>\u2028"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, _ := json.Marshal(text)
		if got := AppendText(nil, text); string(got) != string(want) {
			t.Errorf("%s; want %s", got, want)
		}
	})
}

// message is one as clients send them.
const message = `{"userId":"u-17","event":"order_completed","type":"track","properties":{"order_id":"o-17","total":17.5,"currency":"EUR",` +
	`"coupon":"SPRING","products":[{"sku":"G-32","quantity":1,"price":14.5},{"sku":"G-33","quantity":2,"price":9}]},` +
	`"context":{"library":{"name":"@segment/analytics-node","version":"3.1.0"}},"integrations":{},"timestamp":"2026-01-02T03:04:05.678Z",` +
	`"messageId":"node-next-1767323045678-9b1deb4d","_metadata":{"nodeVersion":"22.12.0","jsRuntime":"node"}}`

func BenchmarkMembers(b *testing.B) {
	text := []byte(message)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for range Members(text) {
		}
	}
}
