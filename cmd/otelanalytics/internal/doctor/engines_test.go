// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// engine is a server that says what it is, and which indexes it has beside those that queries need.
type engine struct {
	build   bson.D
	indexes []bson.D
	denies  int32 // the code with which it refuses commands; 0: it does not
}

func (e engine) start(t *testing.T) *wireserver.Server {
	t.Helper()
	server := wireserver.Start(t)
	ok := bson.D{{Key: "ok", Value: 1.0}}
	server.Script(func(c wireserver.Command) wireserver.Action {
		switch {
		case c.Name == "ping" || c.Name == "endsessions":
			return wireserver.Proceed
		case c.Name == "saslstart":
			return wireserver.Answer(append(ok, bson.E{Key: "conversationId", Value: 1}, bson.E{Key: "done", Value: true}, bson.E{Key: "payload", Value: bson.Binary{}}))
		case c.Name == "buildinfo":
			return wireserver.Answer(append(e.build, ok...))
		case e.denies != 0:
			return wireserver.Answer(wireserver.Failure(e.denies, "Unauthorized"))
		case c.Name == "listindexes":
			list := bson.A{bson.D{{Key: "key", Value: bson.D{{Key: "_id", Value: 1}}}, {Key: "name", Value: "_id_"}}}
			for i, keys := range eventdoc.Indexes() {
				list = append(list, bson.D{{Key: "key", Value: keys}, {Key: "name", Value: string(rune('a' + i))}})
			}
			for _, index := range e.indexes {
				list = append(list, index)
			}
			return wireserver.Answer(append(ok, bson.E{Key: "cursor", Value: bson.D{{Key: "id", Value: int64(0)}, {Key: "ns", Value: "x.x"}, {Key: "firstBatch", Value: list}}}))
		default:
			return wireserver.Proceed
		}
	})
	return server
}

// look examines MongoDB alone.
func (e engine) look(t *testing.T, settings map[string]string) *examined {
	t.Helper()
	clean(t)
	uri := e.start(t).URI()
	if userinfo := settings["userinfo"]; userinfo != "" {
		uri = strings.Replace(uri, "mongodb://", "mongodb://"+userinfo+"@", 1) + "&authMechanism=PLAIN&authSource=$external"
	}
	t.Setenv("OTELANALYTICS_MONGODB_URI", uri)
	for name, value := range settings {
		if name != "userinfo" {
			t.Setenv("OTELANALYTICS_MONGODB_"+name, value)
		}
	}
	return examine(t, "--skip", "data_directory,metrics")
}

func after(seconds any) bson.D {
	d := bson.D{{Key: "key", Value: bson.D{{Key: "received_at", Value: 1}}}, {Key: "name", Value: "theirs"}}
	if seconds != nil {
		d = append(d, bson.E{Key: "expireAfterSeconds", Value: seconds})
	}
	return d
}

// TestTTLDiffers: every difference between the configuration and the collection is told, with what to do about it.
func TestTTLDiffers(t *testing.T) {
	for _, test := range []struct {
		name    string
		index   any // its seconds; a bool for no index
		ttl     string
		more    map[string]string
		status  string
		texts   []string
		without string
	}{
		{"none, nothing said", false, "0s", nil, "ok", nil, "received_at"},
		{"none, never", false, "never", nil, "ok", nil, "received_at"},
		{"an hour, nothing said", 3600, "0s", nil, "warning", []string{"expires events after 1h0m0s", "the service does not change it", "mongodb.ttl to 1h0m0s", "never"}, ""},
		{"an hour, never", 3600, "never", nil, "failed", []string{"keeps them for ever", "restart the service", `dropIndex("theirs")`}, "ttl_shorten"},
		{"the same", 3600, "1h", nil, "ok", nil, "restart"},
		{"the same, as a double", 3600.0, "1h", nil, "ok", nil, "restart"},
		{"longer", int64(3600), "8760h", nil, "failed", []string{"after 1h0m0s, and the configuration after 8760h0m0s", "restart the service", "expireAfterSeconds: 31536000"}, "ttl_shorten"},
		{"shorter", 3600, "1m", nil, "failed", []string{"would delete older events at once", "set mongodb.ttl_shorten to true", "collMod", "expireAfterSeconds: 60"}, ""},
		{"shorter, asked for", 3600, "1m", map[string]string{"TTL_SHORTEN": "true"}, "failed", []string{"restart the service"}, "set mongodb.ttl_shorten"},
		{"shorter, by hand", 3600, "1m", map[string]string{"INDEXES": "false"}, "failed", []string{"collMod", "mongodb.indexes is false"}, "restart"},
		{"missing", false, "1h", nil, "failed", []string{"{received_at: 1} is missing", "createIndex({received_at: 1}, {expireAfterSeconds: 3600})"}, ""},
		{"plain", nil, "1h", nil, "failed", []string{"does not expire events", "collMod"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := engine{build: bson.D{{Key: "version", Value: "8.0.4"}}}
			if _, none := test.index.(bool); !none {
				e.indexes = []bson.D{after(test.index)}
			}
			settings := map[string]string{"TTL": test.ttl}
			for name, value := range test.more {
				settings[name] = value
			}
			r := e.look(t, settings)
			r.want("indexes", test.status, test.texts...)
			c := r.check("indexes")
			if all := strings.Join(append(c.Details, c.Fix...), "\n"); test.without != "" && strings.Contains(all, test.without) {
				t.Errorf("%q is in\n%s", test.without, all)
			}
		})
	}
	t.Run("another index that deletes", func(t *testing.T) {
		e := engine{build: bson.D{{Key: "version", Value: "8.0.4"}}, indexes: []bson.D{{
			{Key: "key", Value: bson.D{{Key: "timestamp", Value: 1}}}, {Key: "name", Value: "old"}, {Key: "expireAfterSeconds", Value: 60},
		}}}
		e.look(t, nil).want("indexes", "ok", "note: the index {timestamp: 1} makes MongoDB delete events, too")
	})
}

// TestWhoExpires: FerretDB 1 does not delete what a TTL index says, and FerretDB 2 does.
func TestWhoExpires(t *testing.T) {
	one := func(version string) bson.D {
		return bson.D{{Key: "version", Value: "7.0.42"}, {Key: "ferretdbVersion", Value: version}}
	}
	two := func(version string) bson.D {
		return bson.D{{Key: "version", Value: "7.0.77"}, {Key: "ferretdb", Value: bson.D{{Key: "version", Value: version}}}}
	}
	for _, test := range []struct {
		name    string
		build   bson.D
		status  string
		expires bool
		server  string
	}{
		{"FerretDB 1", one("v1.24.2"), "warning", false, "FerretDB v1.24.2"},
		{"FerretDB 1 from its module", one("unknown"), "warning", false, "FerretDB"},
		{"FerretDB 2", two("v2.7.0"), "failed", true, "FerretDB v2.7.0"},
		{"FerretDB 2 without a version", two("unknown"), "failed", true, "FerretDB"},
		{"FerretDB 2 by the field of 1", one("v2.0.0"), "failed", true, "FerretDB v2.0.0"},
		{"MongoDB", bson.D{{Key: "version", Value: "8.0.4"}}, "failed", true, "MongoDB 8.0.4"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := engine{build: test.build}.look(t, map[string]string{"TTL": "1h"})
			r.want("mongodb_server", "ok", test.server)
			text := "is missing: events do not expire after"
			if !test.expires {
				text = "does not expire events: mongodb.ttl has no effect"
			}
			r.want("indexes", test.status, text)
		})
	}
}

// TestNoCredentials tells an account that lacks a right from a connection string without an account.
func TestNoCredentials(t *testing.T) {
	for _, code := range []int32{13, 18} {
		e := engine{build: bson.D{{Key: "version", Value: "8.0.4"}}, denies: code}
		r := e.look(t, nil)
		r.want("indexes", "failed", "requires credentials, and mongodb.uri has none", "put user and password into mongodb.uri")
		if strings.Contains(r.out, "allow the account") {
			t.Errorf("there is no account\n%s", r.out)
		}
	}
	r := engine{build: bson.D{{Key: "version", Value: "8.0.4"}}, denies: 13}.look(t, map[string]string{"userinfo": "ada:s3cret"})
	r.want("indexes", "failed", "code 13", "allow the account to list the indexes of analytics.user_events")
	if strings.Contains(r.out, "requires credentials") || strings.Contains(r.out, "s3cret") {
		t.Errorf("there is an account\n%s", r.out)
	}
}
