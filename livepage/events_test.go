// SPDX-License-Identifier: Apache-2.0

package livepage_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

func TestStreamShowsWhatEventsDid(t *testing.T) {
	s := start(t)
	s.enter()
	st := s.stream("")
	s.watching(st)
	s.track(otelanalytics.Event{Type: "login", UserID: "ada", Data: map[string]any{"plan": "pro", "password": "hunter2"}})
	s.track(otelanalytics.Event{Type: "sale", UserID: "ada", Data: map[string]any{"amount": 2.5, "seats": 4}})
	s.track(otelanalytics.Event{Type: "sale", UserID: "ada", Data: map[string]any{"amount": 1.5, "seats": 3}})
	s.track(otelanalytics.Event{Type: "ping", UserID: "bob"})
	if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "login", UserID: "eve", Data: 5}); err == nil {
		t.Fatal("data that are no document were accepted")
	}
	got := st.events(5)
	var lines []string
	for _, e := range got {
		line := e.Type + " " + e.Result + " " + e.User
		for _, m := range e.Moves {
			line += fmt.Sprintf(" %s%v %s %v", m.Metric, m.Labels, m.How, m.By)
		}
		lines = append(lines, line)
	}
	want := []string{
		"login accepted ada logins[plan pro] added 1",
		"sale accepted ada revenue[] added 2.5 seats[] set 4 latency[] observed 2.5",
		"sale accepted ada revenue[] added 1.5 seats[] set 3 latency[] observed 1.5",
		"ping recorded bob logins[plan unknown] added 1",
		"login none ",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	if e := got[0]; strings.Contains(e.Document, "hunter2") || !strings.Contains(e.Document, `"plan": "pro"`) || !slices.Equal(e.Redacted, []string{"password"}) {
		t.Errorf("the event is %+v", e)
	}
	if got[4].Error == "" || got[4].Document != "" {
		t.Errorf("the refused event is %+v", got[4])
	}
}

func TestFilters(t *testing.T) {
	s := start(t)
	s.enter()
	filters := url.Values{"f": {"sal\n\n\n", "\nbob\n\n"}}
	st := s.stream("?" + filters.Encode())
	s.watching(st)
	for _, e := range []otelanalytics.Event{{Type: "login", UserID: "ada"}, {Type: "login", UserID: "bob"}, {Type: "sale", UserID: "ada"}, {Type: "never", UserID: "bo"}, {Type: "never", UserID: "bob"}} {
		s.track(e)
	}
	var got []string
	for _, e := range st.events(3) {
		got = append(got, e.Type+" "+e.User)
	}
	if want := []string{"login bob", "sale ada", "never bob"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
