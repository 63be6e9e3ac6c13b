// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// TestNamesThatComeAgain: of several members with one name a document has the last one.
func TestNamesThatComeAgain(t *testing.T) {
	many := make([]string, 0, 2*manyMembers)
	for i := range 2 * manyMembers {
		many = append(many, fmt.Sprintf(`"m%d":%d`, i, i))
	}
	for name, tt := range map[string]struct{ text, want string }{
		"none":                {`{"a":1,"b":2}`, `{"a":1,"b":2}`},
		"twice":               {`{"a":1,"a":2}`, `{"a":2}`},
		"around another":      {`{"a":1,"b":"x","a":{"c":3}}`, `{"b":"x","a":{"c":3}}`},
		"three times":         {`{"a":1,"a":2,"b":0,"a":3}`, `{"b":0,"a":3}`},
		"escaped":             {`{"a":1,"\u0061":2}`, `{"a":2}`},
		"below":               {`{"x":{"a":1,"a":2},"y":[{"b":1,"b":2}]}`, `{"x":{"a":2},"y":[{"b":2}]}`},
		"objects":             {`{"a":{"x":1},"a":{"y":2}}`, `{"a":{"y":2}}`},
		"in both":             {`{"a":{"x":1,"x":2},"a":{"x":3,"x":4}}`, `{"a":{"x":4}}`},
		"what is replaced":    {`{"\ud800":1,"\udc00":2}`, `{"�":2}`},
		"two that differ":     {`{"a":1,"A":2,"a.b":3}`, `{"a":1,"A":2,"a.b":3}`},
		"many":                {`{` + strings.Join(many, ",") + `}`, `{` + strings.Join(many, ",") + `}`},
		"many, the first one": {`{` + strings.Join(many, ",") + `,"m0":"x"}`, `{` + strings.Join(many[1:], ",") + `,"m0":"x"}`},
		"many, all of them":   {`{` + strings.Join(many, ",") + `,` + strings.Join(many, ",") + `}`, `{` + strings.Join(many, ",") + `}`},
	} {
		t.Run(name, func(t *testing.T) {
			for where, v := range map[string]any{"whole": json.RawMessage(tt.text), "within": map[string]any{"v": json.RawMessage(tt.text)}} {
				front := []byte("front")
				got, err := new(Encoder).Document(front, v)
				if err != nil {
					t.Fatal(err)
				}
				doc := bson.Raw(got[len(front):])
				if where == "within" {
					doc = doc.Lookup("v").Document()
				}
				text, err := bson.MarshalExtJSON(doc, false, false)
				if err != nil || string(text) != tt.want {
					t.Errorf("%s: %s, %v\nwant %s", where, text, err, tt.want)
				}
			}
		})
	}
}

// TestRandomJSON compares objects whose names come again with what package json makes of them.
func TestRandomJSON(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var value func(depth int) string
	value = func(depth int) string {
		if depth == 0 || random.IntN(3) == 0 {
			return fmt.Sprintf(`"%d"`, random.IntN(100))
		}
		parts := make([]string, random.IntN(3*manyMembers))
		for i := range parts {
			parts[i] = fmt.Sprintf(`"n%d":%s`, random.IntN(2*manyMembers), value(depth-1))
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	for range 300 {
		text := `{"v":` + value(3) + `}`
		var want, got map[string]any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		doc, err := new(Encoder).Document(nil, json.RawMessage(text))
		if err != nil || !Valid(TypeDocument, doc, 1) {
			t.Fatalf("%s: %v", text, err)
		}
		plain, err := bson.MarshalExtJSON(bson.Raw(doc), false, false)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(plain, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s\n%s", text, diff)
		}
		if n := strings.Count(string(plain), `":`); n != allNames(want) {
			t.Fatalf("%s became %s", text, plain)
		}
	}
}

func allNames(in map[string]any) int {
	n := len(in)
	for _, v := range in {
		if inner, ok := v.(map[string]any); ok {
			n += allNames(inner)
		}
	}
	return n
}
