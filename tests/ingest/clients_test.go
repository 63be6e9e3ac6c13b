// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"fmt"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	rudder "github.com/rudderlabs/analytics-go/v4"
	segment "github.com/segmentio/analytics-go/v3"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

type data = map[string]any

// client is a client that others wrote, and what is particular about it.
type client struct {
	name      string
	send      func(t *testing.T, url string, env ...string)
	lacks     []string // calls that it does not have
	clock     bool     // its events happened when it says: a minute ago; else it takes no time
	anonymous bool     // it invents an anonymous id
	browser   bool     // it remembers the user, and derives the path of a page
}

func script(name, key string) func(*testing.T, string, ...string) {
	return func(t *testing.T, url string, env ...string) { node(t, name, url, key, env...) }
}

var clients = []client{
	{name: "@segment/analytics-node 3.1.0", send: script("segment-node.js", key), clock: true},
	{name: "analytics-node 6.2.0", send: script("analytics-node.js", key), clock: true},
	{name: "@rudderstack/rudder-sdk-node 3.0.13", send: script("rudder-node.js", key), clock: true},
	{name: "@jitsu/js 1.11.0", send: script("jitsu.js", jitsuKey), lacks: []string{"screen", "alias"}, browser: true},
	{name: "segmentio/analytics-go 3.3.0", send: segmentGo, clock: true},
	{name: "rudderlabs/analytics-go 4.2.0", send: rudderGo, anonymous: true},
}

// want is what each call becomes, for the fields that all clients send.
var want = map[string]analyticstest.Event{
	"order_completed": {Type: "Order Completed", UserID: "u-1", Data: data{"total": 12.5, "currency": "EUR", "items": []any{data{"sku": "a", "quantity": 2}}}},
	"identify":        {Type: "identify", UserID: "u-1", Data: data{"traits": data{"plan": "pro", "seats": 3}}},
	"page":            {Type: "page", AnonymousID: "a-1", Data: data{"url": "/", "name": "Home", "category": "Docs"}},
	"screen":          {Type: "screen", AnonymousID: "a-1", Data: data{"name": "Cart"}},
	"group":           {Type: "group", UserID: "u-1", GroupID: "g-1", Data: data{"traits": data{"plan": "pro", "seats": 3}}},
	"alias":           {Type: "alias", UserID: "u-1", Data: data{"previous_id": "a-1"}},
}

// TestClients: each call of each client becomes one document with what the client was given.
func TestClients(t *testing.T) {
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			s := newService(t)
			c.send(t, s.url)
			c.check(t, s.Events)
			s.checkOrders()
		})
	}
}

// TestClientsTryAgain: the service cannot take events for two requests, or its answers get lost. What the clients send again is stored
// once.
func TestClientsTryAgain(t *testing.T) {
	for _, status := range []int{http.StatusServiceUnavailable, http.StatusTooManyRequests, 0, answerLost} {
		for _, c := range clients {
			if c.name == "@jitsu/js 1.11.0" {
				continue // TestJitsuDropsEvents
			}
			t.Run(fmt.Sprint(status, "/", c.name), func(t *testing.T) {
				t.Parallel()
				s := newService(t)
				s.status = status
				s.fail.Store(2)
				c.send(t, s.url)
				c.check(t, s.Events)
				s.checkOrders()
				if n := s.requests.Load(); n < 3 {
					t.Errorf("%d requests", n)
				}
			})
		}
	}
}

func (c client) check(t *testing.T, documents func(name string) []analyticstest.Event) {
	t.Helper()
	calls := maps.Clone(want)
	for _, name := range c.lacks {
		delete(calls, name)
	}
	for name, want := range calls {
		got := documents(name)
		if len(got) != 1 {
			t.Errorf("%s: %d documents, want 1", name, len(got))
			continue
		}
		e := got[0]
		if e.Key == "" {
			t.Errorf("%s: without a key", name)
		}
		ago := time.Duration(0)
		if c.clock {
			ago = time.Minute
		}
		if off := time.Since(e.Time) - ago; off < -5*time.Second || off > time.Minute {
			t.Errorf("%s: the time is off by %v", name, off)
		}
		library, _ := e.Data["context"].(data)["library"].(data)
		if text, _ := library["name"].(string); text == "" {
			t.Errorf("%s: the context names no library: %v", name, e.Data["context"])
		}
		delete(e.Data, "context")
		want.Module = "shop"
		if (c.anonymous || c.browser) && want.AnonymousID == "" && e.AnonymousID != "" {
			e.AnonymousID = ""
		}
		if c.browser && name == "page" {
			want.UserID, want.AnonymousID, want.Data = "u-1", e.AnonymousID, data{"url": "/", "path": "/", "name": "Home", "category": "Docs"}
		}
		ignored := cmpopts.IgnoreFields(analyticstest.Event{}, "Key", "Time", "Document", "Platform", "SessionID")
		want.Data, e.Data = asJSON(t, want.Data).(data), asJSON(t, e.Data).(data)
		if diff := cmp.Diff(want, e, ignored); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

func at() time.Time { return time.Now().Add(-time.Minute) }

func segmentGo(t *testing.T, url string, env ...string) {
	sent := make(answers, 6)
	c, err := segment.NewWithConfig(key, segment.Config{Callback: segmentAnswers{sent}, Endpoint: url, BatchSize: 6, Transport: clockOf(t, env), RetryAfter: func(int) time.Duration { return 50 * time.Millisecond }})
	if err != nil {
		t.Fatal(err)
	}
	properties := segment.Properties{"total": 12.5, "currency": "EUR", "items": []any{data{"sku": "a", "quantity": 2}}}
	traits := segment.Traits{"plan": "pro", "seats": 3}
	for _, m := range []segment.Message{
		segment.Identify{UserId: "u-1", Traits: traits, Timestamp: at()},
		segment.Track{UserId: "u-1", Event: "Order Completed", Properties: properties, Timestamp: at()},
		segment.Page{AnonymousId: "a-1", Name: "Home", Properties: segment.Properties{"url": "/", "category": "Docs"}, Timestamp: at()},
		segment.Screen{AnonymousId: "a-1", Name: "Cart", Timestamp: at()},
		segment.Group{UserId: "u-1", GroupId: "g-1", Traits: traits, Timestamp: at()},
		segment.Alias{UserId: "u-1", PreviousId: "a-1", Timestamp: at()},
	} {
		if err := c.Enqueue(m); err != nil {
			t.Error(err)
		}
	}
	sent.await(t)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func rudderGo(t *testing.T, url string, env ...string) {
	sent := make(answers, 6)
	c, err := rudder.NewWithConfig(key, rudder.Config{Callback: rudderAnswers{sent}, DataPlaneUrl: url, BatchSize: 6, Transport: clockOf(t, env), RetryAfter: func(int) time.Duration { return 50 * time.Millisecond }})
	if err != nil {
		t.Fatal(err)
	}
	properties := rudder.Properties{"total": 12.5, "currency": "EUR", "items": []any{data{"sku": "a", "quantity": 2}}}
	traits := rudder.Traits{"plan": "pro", "seats": 3}
	for _, m := range []rudder.Message{
		rudder.Identify{UserId: "u-1", Traits: traits},
		rudder.Track{UserId: "u-1", Event: "Order Completed", Properties: properties},
		rudder.Page{AnonymousId: "a-1", Name: "Home", Properties: rudder.Properties{"url": "/", "category": "Docs"}},
		rudder.Screen{AnonymousId: "a-1", Name: "Cart"},
		rudder.Group{UserId: "u-1", GroupId: "g-1", Traits: traits},
		rudder.Alias{UserId: "u-1", PreviousId: "a-1"},
	} {
		if err := c.Enqueue(m); err != nil {
			t.Error(err)
		}
	}
	sent.await(t)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// answers tells how the messages of a Go client ended. Their Close drops what is to be sent again.
type answers chan error

func (a answers) await(t *testing.T) {
	for range cap(a) {
		select {
		case err := <-a:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(time.Minute):
			t.Fatal("the client does not end")
		}
	}
}

type segmentAnswers struct{ to answers }

func (a segmentAnswers) Success(segment.Message)            { a.to <- nil }
func (a segmentAnswers) Failure(_ segment.Message, e error) { a.to <- e }

type rudderAnswers struct{ to answers }

func (a rudderAnswers) Success(rudder.Message)            { a.to <- nil }
func (a rudderAnswers) Failure(_ rudder.Message, e error) { a.to <- e }

// TestJitsuDropsEvents: Jitsu's client sends each event once. docs/ingest.md says so.
func TestJitsuDropsEvents(t *testing.T) {
	s := newService(t)
	s.fail.Store(4)
	node(t, "jitsu.js", s.url, jitsuKey)
	if n := s.requests.Load(); n != 4 || len(s.Events("page")) != 0 {
		t.Errorf("%d requests, %d pages: does the client send events again by now?", n, len(s.Events("page")))
	}
}
