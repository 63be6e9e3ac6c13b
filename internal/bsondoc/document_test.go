// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"bytes"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// appender appends itself in its own way.
type appender func(dst []byte) ([]byte, error)

func (a appender) AppendBSON(dst []byte) ([]byte, error) { return a(dst) }

// TestAppender: whatever an AppendBSON does with the memory that it gets, the documents in front of it stay as they are, and
// memory of its own does not become the SDK's.
func TestAppender(t *testing.T) {
	doc, err := bson.Marshal(bson.D{{Key: "page", Value: "a name of some length"}})
	if err != nil {
		t.Fatal(err)
	}
	const front = "documents of other events"
	for name, test := range map[string]struct {
		appender appender
		fails    bool
	}{
		"appends":                   {appender: func(dst []byte) ([]byte, error) { return append(dst, doc...), nil }},
		"begins anew":               {appender: func(dst []byte) ([]byte, error) { return append(dst[:0], doc...), nil }},
		"overwrites what it gets":   {appender: func(dst []byte) ([]byte, error) { clear(dst); return append(dst, doc...), nil }},
		"returns memory of its own": {appender: func([]byte) ([]byte, error) { return doc, nil }},
		"appends nothing":           {appender: func(dst []byte) ([]byte, error) { return dst, nil }, fails: true},
		"returns nil":               {appender: func([]byte) ([]byte, error) { return nil, nil }, fails: true},
		"appends two":               {appender: func(dst []byte) ([]byte, error) { return append(append(dst, doc...), doc...), nil }, fails: true},
		"appends half of one":       {appender: func(dst []byte) ([]byte, error) { return append(dst, doc[:9]...), nil }, fails: true},
	} {
		for _, room := range []int{0, 5, 4 * len(doc)} { // none, too little, enough
			for _, before := range []string{"", front} {
				dst := append(make([]byte, 0, len(before)+room), before...)
				out, err := new(Encoder).Document(dst, test.appender)
				if test.fails != (err != nil) {
					t.Errorf("%s, %d bytes of room behind %q: %v", name, room, before, err)
					continue
				}
				if !bytes.HasPrefix(out, []byte(before)) || string(dst) != before {
					t.Errorf("%s, %d bytes of room: what stood in front became %q", name, room, dst)
				}
				if !test.fails && !bytes.Equal(out[len(before):], doc) {
					t.Errorf("%s, %d bytes of room behind %q: got %q", name, room, before, out[len(before):])
				}
				if len(out) > 0 && &out[0] == &doc[0] {
					t.Errorf("%s, %d bytes of room: the result is the application's memory", name, room)
				}
			}
		}
	}
}
