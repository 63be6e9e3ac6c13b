// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// expirer is a server with one index on received_at, or none. It does what MongoDB does, but for its faults.
type expirer struct {
	cannotModify, cannotList bool // collMod, listIndexes
	older                    bool // there are events that each TTL would delete
	name                     string
	after                    int64 // seconds; plain when negative
	there                    bool

	mu   sync.Mutex
	seen []string // commands about indexes
	fail int      // how many further commands about indexes break the connection
}

func (x *expirer) script(c wireserver.Command) wireserver.Action {
	x.mu.Lock()
	defer x.mu.Unlock()
	ok := bson.D{{Key: "ok", Value: 1.0}}
	switch c.Name {
	case "listindexes", "createindexes", "collmod", "dropindexes":
		if c.Name != "listindexes" {
			x.seen = append(x.seen, c.Name)
		}
		if x.fail > 0 {
			x.fail--
			return wireserver.Break()
		}
	case "find":
		found := bson.A{}
		if x.older {
			found = bson.A{bson.D{{Key: "_id", Value: 1}}}
		}
		return wireserver.Answer(append(ok, bson.E{Key: "cursor", Value: bson.D{{Key: "id", Value: int64(0)}, {Key: "ns", Value: "x.x"}, {Key: "firstBatch", Value: found}}}))
	}
	switch c.Name {
	case "listindexes":
		if x.cannotList {
			return wireserver.Answer(wireserver.Failure(59, "CommandNotFound"))
		}
		return wireserver.Answer(append(ok, bson.E{Key: "cursor", Value: bson.D{{Key: "id", Value: int64(0)}, {Key: "ns", Value: "x.x"}, {Key: "firstBatch", Value: x.list()}}}))
	case "createindexes":
		after, asked := c.Body.Lookup("indexes", "0", "expireAfterSeconds").AsInt64OK()
		switch {
		case !asked:
		case x.there && after != x.after:
			return wireserver.Answer(wireserver.Failure(85, "IndexOptionsConflict"))
		default:
			x.there, x.after, x.name = true, after, "received_at_1"
		}
		return wireserver.Answer(ok)
	case "collmod":
		name, _ := c.Body.Lookup("index", "name").StringValueOK()
		if x.cannotModify || !x.there || name != x.name {
			return wireserver.Answer(wireserver.Failure(72, "InvalidOptions"))
		}
		x.after, _ = c.Body.Lookup("index", "expireAfterSeconds").AsInt64OK()
		return wireserver.Answer(ok)
	case "dropindexes":
		if name, _ := c.Body.Lookup("index").StringValueOK(); !x.there || name != x.name {
			return wireserver.Answer(wireserver.Failure(27, "IndexNotFound"))
		}
		x.there = false
		return wireserver.Answer(ok)
	default:
		return wireserver.Proceed
	}
}

func (x *expirer) list() bson.A {
	list := bson.A{bson.D{{Key: "v", Value: 2}, {Key: "key", Value: bson.D{{Key: "_id", Value: 1}}}, {Key: "name", Value: "_id_"}}}
	if x.there {
		index := bson.D{{Key: "v", Value: 2}, {Key: "key", Value: bson.D{{Key: "received_at", Value: 1.0}}}, {Key: "name", Value: x.name}}
		if x.after >= 0 {
			index = append(index, bson.E{Key: "expireAfterSeconds", Value: x.after})
		}
		list = append(list, index)
	}
	return list
}

// TestTTLTakesEffect: what is declared is what holds afterwards, and what deletes at once needs a word.
func TestTTLTakesEffect(t *testing.T) {
	const hour, year = 3_600, 365 * 24 * 3_600
	none, anHour := &expirer{}, &expirer{there: true, after: hour, name: "theirs"}
	plain := &expirer{there: true, after: -1, name: "theirs"}
	with := func(x *expirer, change func(*expirer)) *expirer {
		y := expirer{there: x.there, after: x.after, name: x.name}
		change(&y)
		return &y
	}
	same := func(*expirer) {}
	for _, test := range []struct {
		name    string
		server  *expirer
		ttl     time.Duration
		shorten bool
		after   int64  // -1: nothing expires
		seen    string // commands
		log     string
	}{
		{"nothing said, none", with(none, same), 0, false, -1, "", ""},
		{"nothing said, an hour", with(anHour, same), 0, false, hour, "", ""},
		{"never, none", with(none, same), mongostore.TTLNever, false, -1, "", ""},
		{"never, an hour", with(anHour, same), mongostore.TTLNever, false, -1, "dropindexes", "events no longer expire"},
		{"never, a plain index", with(plain, same), mongostore.TTLNever, false, -1, "", ""},
		{"the first", with(none, same), time.Hour, false, hour, "createindexes", ""},
		{"the first, with older events", with(none, func(x *expirer) { x.older = true }), time.Hour, false, -1, "", "not put into effect"},
		{"the first, with older events, asked for", with(none, func(x *expirer) { x.older = true }), time.Hour, true, hour, "createindexes", ""},
		{"the same", with(anHour, same), time.Hour, false, hour, "", ""},
		{"longer", with(anHour, same), year * time.Second, false, year, "collmod", "expire after another time"},
		{"longer, without collMod", with(anHour, func(x *expirer) { x.cannotModify = true }), year * time.Second, false, year, "collmod dropindexes createindexes", "another time"},
		{"the longest", with(anHour, same), (1<<31 - 1) * time.Second, false, 1<<31 - 1, "collmod", ""},
		{"shorter", with(anHour, same), time.Minute, false, hour, "", "not put into effect"},
		{"shorter, asked for", with(anHour, same), time.Minute, true, 60, "collmod", "another time"},
		{"a plain index", with(plain, same), time.Hour, false, hour, "collmod", ""},
		{"a plain index, with older events", with(plain, func(x *expirer) { x.older = true }), time.Hour, false, -1, "", "not put into effect"},
		{"a plain index, without collMod", with(plain, func(x *expirer) { x.cannotModify = true }), time.Hour, false, -1, "collmod", "otelanalytics doctor"},
		{"indexes that cannot be listed", with(none, func(x *expirer) { x.cannotList = true }), time.Hour, false, hour, "createindexes", ""},
		{"indexes that cannot be listed, another time", with(anHour, func(x *expirer) { x.cannotList = true }), time.Minute, true, hour, "createindexes", "otelanalytics doctor"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := wireserver.Start(t)
			server.Script(test.server.script)
			var log servicetest.Log
			sink, err := mongostore.NewSink(mongostore.Config{
				URI: server.URI(), TTL: test.ttl, TTLShorten: test.shorten, Logger: log.Logger(),
			})
			if err != nil {
				t.Fatal(err)
			}
			defer sink.Close(context.Background())
			if err := sink.Prepare(t.Context()); err != nil {
				t.Fatal(err)
			}
			got := int64(-1)
			if test.server.there && test.server.after >= 0 {
				got = test.server.after
			}
			seen := strings.TrimPrefix(strings.TrimPrefix(strings.Join(test.server.seen, " "), "createindexes createindexes"), " ")
			if got != test.after || seen != test.seen {
				t.Errorf("events expire after %d s, want %d; commands %q, want %q", got, test.after, seen, test.seen)
			}
			if !strings.Contains(log.String(), test.log) || test.log == "" && strings.Contains(log.String(), "WARN") {
				t.Errorf("%q is not in the log:\n%s", test.log, &log)
			}
		})
	}
}

// TestTTLWhileMongoDBIsDown: what could not be done is done once MongoDB takes documents.
func TestTTLWhileMongoDBIsDown(t *testing.T) {
	server := wireserver.Start(t)
	x := &expirer{there: true, after: 60, name: "theirs"}
	server.Script(x.script)
	server.Down()
	sink := sinkOf(t, mongostore.Config{URI: server.ImpatientURI(), TTL: time.Hour})
	if err := sink.Prepare(t.Context()); err == nil {
		t.Fatal("prepared without a server")
	}
	server.Up()
	for deadline := time.Now().Add(time.Minute); ; {
		_, _ = sink.Deliver(t.Context(), batch(t, 1))
		x.mu.Lock()
		after := x.after
		x.mu.Unlock()
		if after == 3_600 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("events expire after %d s", after)
		}
	}
}

// TestTTLOnARealServer goes from one time to the next as configurations change.
func TestTTLOnARealServer(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	start := func(ttl time.Duration, shorten bool) (time.Duration, bool) {
		t.Helper()
		sink := sinkOf(t, mongostore.Config{URI: server.URI(), Database: db.Name(), TTL: ttl, TTLShorten: shorten})
		if err := sink.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		specs, err := db.Collection(mongostore.DefaultCollection).Indexes().ListSpecifications(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range specs {
			if s.Name == "received_at_1" && s.ExpireAfterSeconds != nil {
				return time.Duration(*s.ExpireAfterSeconds) * time.Second, true
			}
		}
		return 0, false
	}
	if _, ok := start(time.Hour, false); !ok {
		t.Skip("TestTTLOnARealServer: this server keeps no expireAfterSeconds; give one that does in OTELANALYTICS_TEST_MONGODB_URI")
	}
	for _, step := range []struct {
		ttl     time.Duration
		shorten bool
		want    time.Duration
	}{
		{0, false, time.Hour},
		{1_000 * time.Hour, false, 1_000 * time.Hour},
		{time.Hour, false, 1_000 * time.Hour},
		{time.Hour, true, time.Hour},
		{(1<<31 - 1) * time.Second, false, (1<<31 - 1) * time.Second},
		{mongostore.TTLNever, false, 0},
		{0, false, 0},
		{time.Hour, false, time.Hour},
	} {
		if got, _ := start(step.ttl, step.shorten); got != step.want {
			t.Errorf("TTL %v, shorten %v: events expire after %v, want %v", step.ttl, step.shorten, got, step.want)
		}
	}
}
