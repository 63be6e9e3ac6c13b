// SPDX-License-Identifier: Apache-2.0

package rawjson

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// tokens are the values and brackets of a text as package json reads them.
func tokens(t *testing.T, text string) (all []any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	for depth := 0; ; {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, token)
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return all
		}
	}
}

// word is a number or a word as package json reads it.
func word(text string) any {
	switch text {
	case "true", "false":
		return text == "true"
	case "null":
		return nil
	default:
		return json.Number(text)
	}
}

func TestReader(t *testing.T) {
	for name, text := range map[string]string{
		"string":           `"plain"`,
		"empty string":     `""`,
		"escapes":          `"a\"b\\\\\"\n\u00e9\ud83d\ude00"`,
		"half a surrogate": `"\ud800x"`,
		"no UTF-8":         "\"a\xffb\"",
		"UTF-8":            `"naïve 😀"`,
		"brackets in it":   `["]","}",",:","{\"[",""]`,
		"number":           `-12.5e+3`,
		"numbers":          "[1,2 ,3\t,4\n]",
		"last in object":   `{"a":1}`,
		"words":            `[true,false,null]`,
		"empty ones":       `[{},[],[[]],{"":{}}]`,
		"space everywhere": " \r\n\t{ \"a\" :\t[ 1 , { \"b\"\n: null } ] ,\"c\": \"d\" } \n",
	} {
		t.Run(name, func(t *testing.T) {
			r, want := NewReader([]byte(text)), tokens(t, text)
			for i, token := range want {
				var got any
				switch c := r.Next(); c {
				case '{', '}', '[', ']':
					got = json.Delim(c)
					r.Skip()
				case '"':
					got = r.Text()
				default:
					got = word(r.Word())
				}
				if !reflect.DeepEqual(got, token) {
					t.Fatalf("value %d of %s is %v; want %v", i, text, got, token)
				}
			}
			if rest := strings.TrimSpace(r.text[r.at:]); len(rest) > 0 {
				t.Errorf("%q is left", rest)
			}
		})
	}
}
