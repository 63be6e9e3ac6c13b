// SPDX-License-Identifier: Apache-2.0

package livepage_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/livepage"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestMasks lets two viewers with different rights see one event.
func TestMasks(t *testing.T) {
	s := start(t, livepage.WithAuthorization(func(r *http.Request) (livepage.Access, bool) {
		switch r.URL.Query().Get("as") {
		case "support":
			return livepage.Access{Role: "support", HideUsers: true, HideFields: []string{"card.number", "items.name", "a"}}, true
		case "nothing":
			return livepage.Access{HideFields: []string{"*"}}, true
		case "admin":
			return livepage.Access{}, true
		}
		return livepage.Access{}, false
	}))
	streams := map[string]*stream{}
	for _, as := range []string{"admin", "support", "nothing"} {
		streams[as] = s.stream("?as=" + as + "&f=" + url.QueryEscape("\nada\n\n"))
		s.watching(streams[as])
	}
	s.track(otelanalytics.Event{Type: "login", UserID: "ada", SessionID: "s-9", Key: "ada-login", Data: map[string]any{
		"card": map[string]any{"number": "4242", "kind": "debit"}, "items": []any{map[string]any{"name": "rope", "n": 7}}, "a.b": "flat", "plan": "free",
	}})
	for as, hidden := range map[string][]string{
		"admin": {}, "support": {"ada", "s-9", "4242", "rope", "flat"}, "nothing": {"4242", "rope", "flat", "free", "debit"},
	} {
		e := streams[as].events(1)[0]
		text := fmt.Sprint(e.Document, e.User, e.Session, e.Key)
		for _, word := range []string{"ada", "s-9", "4242", "rope", "flat", "debit", "free"} {
			if got, want := strings.Contains(text, word), !slices.Contains(hidden, word); got != want {
				t.Errorf("%s sees %s: %v, want %v:\n%s", as, word, got, want, text)
			}
		}
		if hides := as == "support"; hides == (len(e.ID) == 36) {
			t.Errorf("%s sees the id %s, which is made of the key", as, e.ID)
		}
	}
	for _, path := range []string{"", "live/api/stream", "live/api/about", "live/api/metrics", "live/api/map", "live/api/history", "live/api/timeline", "live/api/switch", "live/page.js"} {
		if status, _ := s.get(path); status != http.StatusForbidden {
			t.Errorf("%s answers %d to one who may see nothing", path, status)
		}
	}
}

// TestIdentitiesAreMasked tracks an event with each identity that a document can have, twice: the ID of a duplicate is made of its key.
func TestIdentitiesAreMasked(t *testing.T) {
	s := start(t, livepage.WithAccess(livepage.Access{HideUsers: true}))
	s.enter()
	st := s.stream("")
	s.watching(st)
	for range 2 {
		s.track(otelanalytics.Event{Type: "login", UserID: "u-ada", SessionID: "s-ada", AnonymousID: "a-ada", GroupID: "g-ada", Key: "k-ada"})
	}
	got := st.events(2)
	for _, e := range got {
		if text := fmt.Sprint(e); strings.Contains(text, "ada") || e.ID != "•••" {
			t.Errorf("an event that is %s shows %s", e.Result, text)
		}
	}
	for _, field := range []string{"user_id", "session_id", "anonymous_id", "group_id", "key", "_id"} {
		if !strings.Contains(got[0].Document, `"`+field+`": "•••"`) {
			t.Errorf("%s is not masked in\n%s", field, got[0].Document)
		}
	}
	if got[1].Result != "duplicate" {
		t.Errorf("the second event is %s", got[1].Result)
	}
}

// TestIDsInTheDataAreMasked: an event that links ids has one of them in its data, whatever becomes of the event.
func TestIDsInTheDataAreMasked(t *testing.T) {
	ids := []string{
		"previous_id", "previousId", "alias", "$device_id", "$anon_distinct_id", "$user_id", "distinct_id", "userId", "anonymousId",
		"$session_id", "$group_key",
	}
	sent := map[string]any{"plan": "free", "$groups": map[string]any{"company": "ada-group"}, "$current_url": "/shop", "deviceless": "kept"}
	nested := make(map[string]any)
	for _, name := range ids {
		sent[name], nested[name] = "ada-"+name, "ada-nested-"+name
	}
	sent["traits"] = map[string]any{"level": 7, "parent": nested}
	sent["items"] = []any{map[string]any{"sku": "rope", "by": []any{nested}}, []any{nested}}
	sent["buyer.userId"] = "ada-flat"
	for name, eventType := range map[string]string{"stored": "login", "not stored": "ping"} {
		for _, hides := range []bool{true, false} {
			t.Run(fmt.Sprint(name, ", hidden: ", hides), func(t *testing.T) {
				s := start(t, livepage.WithAccess(livepage.Access{HideUsers: hides}))
				s.enter()
				st := s.stream("")
				s.watching(st)
				s.track(otelanalytics.Event{Type: eventType, Data: sent})
				got := st.events(1)[0]
				for _, name := range append(ids, "$groups") {
					places := 4 // at the top, and below three fields
					if name == "$groups" {
						places = 1
					}
					if n := strings.Count(got.Document, `"`+name+`": "•••"`); n != places && hides || n != 0 && !hides {
						t.Errorf("%s is masked in %d places", name, n)
					}
				}
				if text := fmt.Sprint(got); strings.Contains(text, "ada-") == hides || !strings.Contains(text, "/shop") || !strings.Contains(text, "free") || !strings.Contains(text, "kept") || !strings.Contains(text, "rope") {
					t.Errorf("the event shows %s", text)
				}
			})
		}
	}
}

func TestHiddenFieldsAreInNoMove(t *testing.T) {
	for _, tt := range []struct {
		name   string
		hidden []string
		want   string
	}{
		{"none", nil, "login logins[plan pro] added 1, sale revenue[] added 129.95 seats[] set 4 latency[] observed 129.95, visit pro_visits[] added 1"},
		{"the value of a metric", []string{"amount"}, "login logins[] hidden 0, sale revenue[] hidden 0 seats[] hidden 0 latency[] hidden 0, visit"},
		{"all", []string{"*"}, "login logins[] hidden 0, sale revenue[] hidden 0 seats[] hidden 0 latency[] hidden 0, visit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := startWith(t, strings.Replace(shop, "visit: {record: [{metric: visits}]}", "visit: {data: {plan: {type: string}}, record: [{metric: pro_visits, when: data.plan == 'pro'}]}", 1)+
				"  unused: {record: [{metric: visits}]}\n", livepage.WithAccess(livepage.Access{HideFields: tt.hidden}))
			s.enter()
			st := s.stream("")
			s.watching(st)
			s.track(otelanalytics.Event{Type: "login", Data: map[string]any{"plan": "pro"}})
			s.track(otelanalytics.Event{Type: "sale", Data: map[string]any{"amount": 129.95, "seats": 4}})
			s.track(otelanalytics.Event{Type: "visit", Data: map[string]any{"plan": "pro"}})
			var lines []string
			for _, e := range st.events(3) {
				line := e.Type
				for _, m := range e.Moves {
					line += fmt.Sprintf(" %s%v %s %v", m.Metric, m.Labels, m.How, m.By)
				}
				lines = append(lines, line)
			}
			if got := strings.Join(lines, ", "); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
