// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestNoBoundUnlessAsked: a query that bounds no time has the server bound none, since not every server has one index for
// user and time together.
func TestNoBoundUnlessAsked(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	var sent commands
	s := open(t, mongostore.Config{
		URI: server.URI(), Database: db.Name(), Dir: t.TempDir(), Client: options.Client().SetMonitor(sent.monitor()), WithoutIndexes: true,
	})
	put(t, db, fact{user: "a", kind: "x", at: 1}, fact{user: "a", kind: "x", at: 2}, fact{user: "b", kind: "y", at: 3}, fact{user: "", kind: "y", at: 4})
	summary := func(f mongostore.Filter) {
		t.Helper()
		if _, err := s.Reader().Summary(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name     string
		do       func()
		commands int
		bounds   string // operators on the timestamp, in each command
	}{
		{"a user", func() { query(t, s, mongostore.Query{UserID: "a", Limit: 50}) }, 1, ""},
		{"nobody's", func() { query(t, s, mongostore.Query{Anonymous: true}) }, 1, ""},
		{"a type", func() { query(t, s, mongostore.Query{Type: "x"}) }, 1, ""},
		{"all", func() { query(t, s, mongostore.Query{}) }, 1, ""},
		{"from", func() { query(t, s, mongostore.Query{UserID: "a", From: noon}) }, 1, "$gte"},
		{"to", func() { query(t, s, mongostore.Query{UserID: "a", To: noon.Add(time.Hour)}) }, 1, "$lt"},
		{"from and to", func() { query(t, s, mongostore.Query{UserID: "a", From: noon, To: noon.Add(time.Hour)}) }, 1, "$gte $lt"},
		{"the summary of a user", func() { summary(mongostore.Filter{UserID: "a"}) }, 3, ""},
		{"the summary of a type", func() { summary(mongostore.Filter{Type: "x"}) }, 4, ""},
		{"the summary of a user's day", func() { summary(mongostore.Filter{UserID: "a", From: noon}) }, 3, "$gte"},
	} {
		t.Run(test.name, func(t *testing.T) {
			sent.take()
			test.do()
			list := sent.take()
			if len(list) != test.commands {
				t.Errorf("%d commands, want %d", len(list), test.commands)
			}
			for _, c := range list {
				filter, ok := c.Lookup("filter").DocumentOK()
				if !ok {
					filter, _ = c.Lookup("pipeline", "0", "$match").DocumentOK()
				}
				var bounds []string
				if at, ok := filter.Lookup("timestamp").DocumentOK(); ok {
					elements, _ := at.Elements()
					for _, e := range elements {
						bounds = append(bounds, e.Key())
					}
				}
				if got := strings.Join(bounds, " "); got != test.bounds {
					t.Errorf("bounds %q, want %q: %s", got, test.bounds, c)
				}
			}
		})
	}
}

// TestOtherProgramsTimes has documents in the collection whose time is no date, before and behind dates in the server's order:
// queries and summaries leave them out, on each page.
func TestOtherProgramsTimes(t *testing.T) {
	s, db := queryStore(t)
	all := []fact{
		{user: "u", kind: "x"}, // none
		{user: "u", kind: "x", at: "2026-07-01T12:00:00Z"},
		{user: "u", kind: "x", at: 17.5},
		{user: "u", kind: "x", at: true},
		{user: "u", kind: "x", at: bson.Timestamp{T: 1 << 31}},
		{user: "u", kind: "x", at: bson.DateTime(-70_000_000_000_000)}, // before the year 1
	}
	const dates = 7
	for i := range dates {
		all = append(all, fact{user: "u", kind: "x", at: i})
	}
	put(t, db, all...)
	put(t, db, fact{user: "v", kind: "y", at: "yesterday"})
	var want []string
	for _, f := range slices.Backward(all[len(all)-dates:]) {
		want = append(want, idOf(t, f.id))
	}
	for limit := 1; limit <= len(all)+1; limit++ {
		for _, q := range []mongostore.Query{{UserID: "u"}, {Type: "x"}, {}, {UserID: "u", To: noon.Add(time.Hour)}} {
			q.Limit = limit
			if got, _ := pages(t, s, q, func() {}); !slices.Equal(got, want) {
				t.Errorf("%+v: %q, want %q", q, got, want)
			}
		}
	}
	for _, f := range []mongostore.Filter{{UserID: "u"}, {Type: "x"}, {}} {
		sum, err := s.Reader().Summary(t.Context(), f)
		if text := fmt.Sprint(sum.Events, sum.Users, sum.First.Equal(noon), sum.Last.Equal(noon.Add((dates-1)*time.Millisecond))); err != nil || text != "7 1 true true" {
			t.Errorf("%+v: %+v, %v", f, sum, err)
		}
		types, err := s.Reader().SummaryByType(t.Context(), f)
		if err != nil || len(types) != 1 || types[0].Events != dates || types[0].Users != 1 {
			t.Errorf("%+v: %+v, %v", f, types, err)
		}
	}
	if sum, err := s.Reader().Summary(t.Context(), mongostore.Filter{UserID: "v"}); err != nil || sum != (mongostore.Summary{}) {
		t.Errorf("nothing with a date: %+v, %v", sum, err)
	}
	if page := query(t, s, mongostore.Query{UserID: "v"}); len(page.Events) != 0 || page.Next != "" {
		t.Errorf("nothing with a date: %+v", page)
	}
	if n, err := s.Reader().DistinctUsers(t.Context(), time.Time{}, time.Time{}); err != nil || n != 1 {
		t.Errorf("%d users, %v", n, err)
	}
}
