// SPDX-License-Identifier: Apache-2.0

package migrate_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// pair is a document of the old form, and what must become of it. Without want it must stay.
type pair struct{ old, want bson.M }

// shape makes the i-th document: what differs from that of the old service, and what should come out of it. ms is when it
// happened, a Date.
type shape struct {
	name string
	make func(happened time.Time, p *pair)
}

// micros is how Python's isoformat() writes a time without a zone.
const micros = "2006-01-02T15:04:05.000000"

var shapes = []shape{
	{"as the old service wrote it", func(time.Time, *pair) {}},
	{"no fraction", func(at time.Time, p *pair) {
		p.old["timestamp"] = at.Format("2006-01-02T15:04:05")
		p.want["timestamp"] = bson.NewDateTimeFromTime(at.Truncate(time.Second))
	}},
	{"zone +00:00", func(at time.Time, p *pair) { p.old["timestamp"] = at.Format(micros) + "+00:00" }},
	{"zone +00:00Z", func(at time.Time, p *pair) { p.old["timestamp"] = at.Format(micros) + "+00:00Z" }},
	{"zone Z", func(at time.Time, p *pair) { p.old["timestamp"] = at.Format("2006-01-02T15:04:05.000Z") }},
	{"zone -07:30", func(at time.Time, p *pair) {
		p.old["timestamp"] = at.In(time.FixedZone("", -7*3600-1800)).Format(micros + "-07:00")
	}},
	{"a space in the middle", func(at time.Time, p *pair) { p.old["timestamp"] = at.Format("2006-01-02 15:04:05.000000") }},
	{"no created_at", func(_ time.Time, p *pair) {
		delete(p.old, "created_at")
		p.want["received_at"] = p.want["timestamp"]
	}},
	{"created_at as text", func(at time.Time, p *pair) {
		p.old["created_at"] = at.Add(time.Second).Format(micros)
	}},
	{"created_at that is no time", func(_ time.Time, p *pair) {
		p.old["created_at"], p.want["created_at"] = "soon", "soon"
		p.want["received_at"] = p.want["timestamp"]
	}},
	{"nobody's", func(_ time.Time, p *pair) { p.old["user_id"], p.want["user_id"] = nil, "" }},
	{"no user", func(_ time.Time, p *pair) {
		delete(p.old, "user_id")
		p.want["user_id"] = ""
	}},
	{"user as number", func(_ time.Time, p *pair) { p.old["user_id"], p.want["user_id"] = int64(17), "17" }},
	{"no data", func(_ time.Time, p *pair) {
		delete(p.old, "event_data")
		p.want["event_data"] = bson.M{}
	}},
	{"null as data, and in optional fields", func(_ time.Time, p *pair) {
		p.old["event_data"], p.want["event_data"] = nil, bson.M{}
		p.old["session_id"], p.old["platform"], p.old["module"] = nil, "", "m"
		p.want["module"] = "m"
	}},
	{"_id as text", func(at time.Time, p *pair) {
		id := "old-" + at.Format(micros)
		p.old["_id"], p.want["_id"] = id, id
	}},
	{"further fields", func(_ time.Time, p *pair) {
		more := bson.A{int32(1), bson.M{"x": 1.5}}
		p.old["more"], p.want["more"] = more, more
	}},
	{"garbage", func(_ time.Time, p *pair) { p.old["timestamp"], p.want = "None", nil }},
	{"a day that does not exist", func(_ time.Time, p *pair) { p.old["timestamp"], p.want = "2023-02-29T00:00:00", nil }},
	{"a user that is none", func(_ time.Time, p *pair) { p.old["user_id"], p.want = bson.M{"id": "x"}, nil }},
}

// garbage is how many shapes are left as they are.
const garbage = 3

// scale is n, or ten times as much on a server of one's own: FerretDB looks through the collection for each change.
func scale(n int) int {
	if os.Getenv("OTELANALYTICS_TEST_MONGODB_URI") != "" {
		n *= 10
	}
	return n
}

// oldDocuments makes n documents of each shape.
func oldDocuments(n int) []pair {
	var all []pair
	start := time.Date(2023, 11, 5, 0, 30, 0, 123_456_000, time.UTC)
	for i := range n * len(shapes) {
		at := start.Add(time.Duration(i) * 7919 * time.Millisecond)
		created := at.Add(time.Second)
		id, user, data := bson.NewObjectIDFromTimestamp(created), fmt.Sprint("u-", i%100), bson.M{"n": int32(i)}
		p := pair{
			old: bson.M{
				"_id": id, "user_id": user, "event_type": "game_completed", "event_data": data,
				"timestamp": at.Format(micros), "created_at": bson.NewDateTimeFromTime(created),
			},
			want: bson.M{
				"_id": id, "user_id": user, "event_type": "game_completed", "event_data": data,
				"timestamp": bson.NewDateTimeFromTime(at), "received_at": bson.NewDateTimeFromTime(created),
			},
		}
		shapes[i%len(shapes)].make(at, &p)
		all = append(all, p)
	}
	return all
}

func insertOld(t testing.TB, collection *mongo.Collection, pairs []pair) {
	t.Helper()
	docs := make([]any, len(pairs))
	for i, p := range pairs {
		docs[i] = p.old
	}
	if _, err := collection.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
}

// documents returns what a collection has, by _id.
func documents(t testing.TB, collection *mongo.Collection) map[any]bson.M {
	t.Helper()
	cursor, err := collection.Find(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	var list []bson.M
	if err := cursor.All(t.Context(), &list); err != nil {
		t.Fatal(err)
	}
	all := make(map[any]bson.M, len(list))
	for _, doc := range list {
		all[key(doc)] = doc
	}
	return all
}

// key is an _id as a map can have it.
func key(doc bson.M) any {
	if b, ok := doc["_id"].(bson.Binary); ok {
		return string(b.Data)
	}
	return doc["_id"]
}

// check compares every document. started says that documents may still be in the old form.
func check(t testing.TB, got map[any]bson.M, pairs []pair, started bool) (converted int) {
	t.Helper()
	wrong := 0
	for i, p := range pairs {
		doc := plain(got[key(p.old)])
		switch old := plain(p.old); {
		case p.want != nil && cmp.Equal(plain(p.want), doc):
			converted++
		case (p.want == nil || started) && cmp.Equal(old, doc):
		default:
			if wrong++; wrong <= 5 {
				want := p.want
				if want == nil {
					want = p.old
				}
				t.Errorf("%s: (-want +got)\n%s", shapes[i%len(shapes)].name, cmp.Diff(plain(want), doc))
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d documents are wrong", wrong, len(pairs))
	}
	return converted
}

// plain has documents within documents as the driver reads them.
func plain(doc bson.M) bson.M {
	raw, err := bson.Marshal(doc)
	if err != nil {
		panic(err)
	}
	var m bson.M
	if err := bson.Unmarshal(raw, &m); err != nil {
		panic(err)
	}
	return normal(m).(bson.M)
}

// normal makes maps of what has an order.
func normal(v any) any {
	switch v := v.(type) {
	case bson.M:
		for k, e := range v {
			v[k] = normal(e)
		}
		return v
	case bson.D:
		m := bson.M{}
		for _, e := range v {
			m[e.Key] = normal(e.Value)
		}
		return m
	case bson.A:
		for i, e := range v {
			v[i] = normal(e)
		}
		return v
	default:
		return v
	}
}
