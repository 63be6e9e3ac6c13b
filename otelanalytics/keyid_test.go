// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"testing"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

func keyScopes() []eventmap.KeyScope {
	return []eventmap.KeyScope{{}, {Service: true}, {User: true}, {Service: true, User: true}}
}

// TestKeyIDIsStable: the ids stay the same between releases. Another program computed them, from docs/event-map.md.
func TestKeyIDIsStable(t *testing.T) {
	both := eventmap.KeyScope{Service: true, User: true}
	for _, test := range []struct {
		scope                         eventmap.KeyScope
		service, user, eventType, key string
		want                          string
	}{
		{both, "shop", "u-17", "order_placed", "order-17", "b6ae74fa-8144-544a-a8f5-e4c6ffd0540a"},
		{eventmap.KeyScope{Service: true}, "shop", "u-17", "order_placed", "order-17", "9dcc13dd-a351-575d-9be2-f816686bf5ff"},
		{eventmap.KeyScope{User: true}, "shop", "u-17", "order_placed", "order-17", "5027c228-9e96-5fdc-9475-400942ba2ed7"},
		{eventmap.KeyScope{}, "shop", "u-17", "order_placed", "order-17", "6875c3f3-0eb8-5fa5-8a5b-c6b6ffb1bd5b"},
		{both, "", "", "a", "", "b1d6c698-35e9-597e-a718-4e64cec1f16a"},
		{both, "shop", "größe", "e", "k\x00", "682b4f99-220f-57f3-8e2b-ac31d1919430"},
	} {
		if got := otelanalytics.KeyID(test.scope, test.service, test.user, test.eventType, test.key); uuid.UUID(got).String() != test.want {
			t.Errorf("%+v: got %v, want %s", test, uuid.UUID(got), test.want)
		}
	}
}

// keyed is what an id is made of.
type keyed struct {
	scope                         eventmap.KeyScope
	service, user, eventType, key string
}

// within returns it without what the scope does not look at.
func (k keyed) within() keyed {
	if !k.scope.Service {
		k.service = ""
	}
	if !k.scope.User {
		k.user = ""
	}
	return k
}

func (k keyed) id() [16]byte {
	return otelanalytics.KeyID(k.scope, k.service, k.user, k.eventType, k.key)
}

// TestKeyIDIsUnambiguous makes ids of all combinations of texts that look alike once they stand behind each other. No two
// different events may have one id, whatever their scopes.
func TestKeyIDIsUnambiguous(t *testing.T) {
	const one = "\x00\x00\x00\x00\x00\x00\x00\x01" // as the length of a text of one byte
	texts := []string{"", "a", "b", "ab", "ba", "\x00", "a\x00", "/", "a/b", one + "a", one, "a" + one + "b"}
	seen := make(map[[16]byte]keyed)
	for _, scope := range keyScopes() {
		for _, service := range texts {
			for _, user := range texts {
				for _, eventType := range texts {
					for _, key := range texts {
						k := keyed{scope, service, user, eventType, key}.within()
						id := k.id()
						if other, ok := seen[id]; ok && other != k {
							t.Fatalf("%+v and %+v have one id", other, k)
						}
						seen[id] = k
					}
				}
			}
		}
	}
	if want := len(texts) * len(texts) * (1 + 2*len(texts) + len(texts)*len(texts)); len(seen) != want {
		t.Errorf("%d ids, want %d", len(seen), want)
	}
}

func FuzzKeyID(f *testing.F) {
	f.Add(byte(15), "shop", "u", "e", "k", "shop", "u", "ek", "")
	f.Add(byte(5), "shop", "u", "e", "k", "shop", "v", "e", "k")
	f.Add(byte(11), "a", "", "", "", "", "a", "", "")
	f.Fuzz(func(t *testing.T, scopes byte, s1, u1, t1, k1, s2, u2, t2, k2 string) {
		a := keyed{keyScopes()[scopes&3], s1, u1, t1, k1}.within()
		b := keyed{keyScopes()[scopes>>2&3], s2, u2, t2, k2}.within()
		if same := a.id() == b.id(); same != (a == b) {
			t.Errorf("%+v and %+v: one id: %v", a, b, same)
		}
		if id := uuid.UUID(a.id()); id.Version() != 5 || id.Variant() != uuid.RFC4122 {
			t.Errorf("%v is no version 5 UUID", id)
		}
	})
}

// TestKeyScopeThroughEveryDoor tracks events that agree with the first one in all but one thing.
func TestKeyScopeThroughEveryDoor(t *testing.T) {
	first := otelanalytics.Event{Type: "user_logged_in", Key: "k", UserID: "u"}
	others := map[string]otelanalytics.Event{
		"the same":          first,
		"another type":      {Type: "page_viewed", Key: "k", UserID: "u"},
		"store: false":      {Type: "request", Key: "k", UserID: "u"},
		"type of a pattern": {Type: "order.placed", Key: "k", UserID: "u"},
		"of that pattern":   {Type: "order.shipped", Key: "k", UserID: "u"},
		"another user":      {Type: "user_logged_in", Key: "k", UserID: "v"},
		"nobody":            {Type: "user_logged_in", Key: "k"},
		"nobody again":      {Type: "user_logged_in", Key: "k"},
		"another key":       {Type: "user_logged_in", Key: "k2", UserID: "u"},
	}
	for name, test := range map[string]struct {
		keys       string
		duplicates []string
	}{
		"by default":       {"", []string{"the same", "nobody again"}},
		"service and user": {"key_scope: [service, user]", []string{"the same", "nobody again"}},
		"service":          {"key_scope: [service]", []string{"the same", "another user", "nobody", "nobody again"}},
		"user":             {"key_scope: [user]", []string{"the same", "nobody again"}},
		"neither":          {"key_scope: []", []string{"the same", "another user", "nobody", "nobody again"}},
	} {
		m := servicetest.Map(t, shopMap+test.keys)
		for _, d := range doors() {
			t.Run(name+", "+d.name, func(t *testing.T) {
				rec := analyticstest.New(t, m)
				track := func(e otelanalytics.Event) otelanalytics.Outcome {
					var o otelanalytics.Outcome
					if err := d.track(t.Context(), rec.Client, e, otelanalytics.WithOutcome(&o)); err != nil {
						t.Fatal(err)
					}
					return o
				}
				was := track(first)
				got := make(map[string]otelanalytics.Result)
				for _, what := range []string{"the same", "another type", "store: false", "type of a pattern", "of that pattern", "another user", "nobody", "nobody again", "another key"} {
					o := track(others[what])
					got[what] = o.Result
					if what == "the same" && o.ID != was.ID {
						t.Errorf("a duplicate has the id %v, want %v", o.ID, was.ID)
					}
				}
				for what, result := range got {
					want := false
					for _, d := range test.duplicates {
						want = want || d == what
					}
					if want != (result == otelanalytics.ResultDuplicate) {
						t.Errorf("%s: %v", what, result)
					}
				}
			})
		}
	}
}

// TestKeysOfTwoServices compares the ids that two services give one key.
func TestKeysOfTwoServices(t *testing.T) {
	for keys, want := range map[string]bool{"": false, "key_scope: [service]": false, "key_scope: [user]": true, "key_scope: []": true} {
		var ids [2]otelanalytics.Outcome
		for i, name := range []string{"shop", "billing"} {
			rec := analyticstest.New(t, servicetest.Map(t, shopMap+keys), otelanalytics.WithResource(resource.NewSchemaless(semconv.ServiceName(name))))
			if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed", Key: "k", UserID: "u"}, otelanalytics.WithOutcome(&ids[i])); err != nil {
				t.Fatal(err)
			}
		}
		if same := ids[0].ID == ids[1].ID; same != want {
			t.Errorf("%q: one id: %v, want %v", keys, same, want)
		}
	}
}
