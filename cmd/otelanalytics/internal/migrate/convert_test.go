// SPDX-License-Identifier: Apache-2.0

package migrate

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// d makes a document of keys and values in turns.
func d(list ...any) bson.D {
	doc := bson.D{}
	for i := 0; i < len(list); i += 2 {
		doc = append(doc, bson.E{Key: list[i].(string), Value: list[i+1]})
	}
	return doc
}

const iso = "2024-01-15T10:30:00.123456"

var (
	at      = bson.NewDateTimeFromTime(time.Date(2024, 1, 15, 10, 30, 0, 123e6, time.UTC))
	created = at + 2_000
)

func TestConvert(t *testing.T) {
	for _, test := range []struct {
		name       string
		doc        bson.D
		set, unset bson.D
		err        string
	}{
		{
			"as the old service wrote it",
			d("timestamp", iso, "created_at", created, "user_id", "u", "event_type", "e", "event_data", d("a", 1)),
			d("timestamp", at, "received_at", created), d("created_at", ""), "",
		},
		{
			"an anonymous user, data of nothing",
			d("timestamp", iso, "created_at", created, "user_id", nil, "event_type", "e", "event_data", nil),
			d("timestamp", at, "received_at", created, "user_id", "", "event_data", d()), d("created_at", ""), "",
		},
		{
			"nothing else",
			d("timestamp", iso),
			d("timestamp", at, "received_at", at, "user_id", "", "event_data", d()), nil, "",
		},
		{
			"optional fields with nothing in them",
			d("timestamp", iso, "created_at", created, "user_id", "u", "event_data", d(), "session_id", nil, "platform", "", "module", "m", "trace_id", nil),
			d("timestamp", at, "received_at", created), d("created_at", "", "session_id", "", "platform", "", "trace_id", ""), "",
		},
		{
			"created_at as text",
			d("timestamp", iso, "created_at", "2024-01-15T10:30:02.123", "user_id", "u", "event_data", d()),
			d("timestamp", at, "received_at", created), d("created_at", ""), "",
		},
		{
			"created_at that is no time stays",
			d("timestamp", iso, "created_at", "soon", "user_id", "u", "event_data", d()),
			d("timestamp", at, "received_at", at), nil, "",
		},
		{
			"created_at of null",
			d("timestamp", iso, "created_at", nil, "user_id", "u", "event_data", d()),
			d("timestamp", at, "received_at", at), d("created_at", ""), "",
		},
		{
			"received_at is there, and created_at says something else",
			d("timestamp", iso, "received_at", at+1, "created_at", created, "user_id", "u", "event_data", d()),
			d("timestamp", at), nil, "",
		},
		{
			"received_at as text",
			d("timestamp", iso, "received_at", iso, "user_id", "u", "event_data", d()),
			d("timestamp", at, "received_at", at), nil, "",
		},
		{
			"data that is no document stays",
			d("timestamp", iso, "received_at", at, "user_id", "u", "event_data", bson.A{1}),
			d("timestamp", at), nil, "",
		},
		{"number as user", d("timestamp", iso, "received_at", at, "user_id", int64(1)<<60, "event_data", d()), d("timestamp", at, "user_id", "1152921504606846976"), nil, ""},
		{"number of mongosh as user", d("timestamp", iso, "received_at", at, "user_id", 17.0, "event_data", d()), d("timestamp", at, "user_id", "17"), nil, ""},
		{"ObjectId as user", d("timestamp", iso, "received_at", at, "user_id", bson.ObjectID{11: 1}, "event_data", d()), d("timestamp", at, "user_id", "000000000000000000000001"), nil, ""},
		{"fraction as user", d("timestamp", iso, "user_id", 1.5), nil, nil, "user_id is neither"},
		{"document as user", d("timestamp", iso, "user_id", d("id", "s3cret")), nil, nil, "user_id is neither"},
		{"received_at that is no time", d("timestamp", iso, "received_at", "s3cret"), nil, nil, "received_at is no time"},
		{"timestamp that is no time", d("timestamp", "s3cret"), nil, nil, errForm.Error()},
		{"timestamp that is no text any more", d("timestamp", at), nil, nil, errForm.Error()},
	} {
		t.Run(test.name, func(t *testing.T) {
			raw, err := bson.Marshal(append(d("_id", bson.ObjectID{1}), test.doc...))
			if err != nil {
				t.Fatal(err)
			}
			c, err := convert(raw, time.UTC)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "s3cret") {
					t.Errorf("got %v, want %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.set, c.set); diff != "" {
				t.Errorf("set: %s", diff)
			}
			if diff := cmp.Diff(test.unset, c.unset); diff != "" {
				t.Errorf("unset: %s", diff)
			}
			if want := d("_id", bson.ObjectID{1}, "timestamp", iso); !sameBSON(t, want, c.filter()) {
				t.Errorf("filter %v", c.filter())
			}
		})
	}
}

func sameBSON(t *testing.T, a, b any) bool {
	t.Helper()
	x, err := bson.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := bson.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(x) == string(y)
}
