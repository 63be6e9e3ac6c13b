// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestEarlierNames asks for events of a type that had other names before.
func TestEarlierNames(t *testing.T) {
	m := servicetest.Map(t, "version: 1\nevents:\n  order_paid: {renamed_from: [paid, bought]}\n  sent: {}\n")
	server := mongotest.Start(t)
	db := server.Database(t)
	facts := put(t, db,
		fact{user: "a", kind: "bought", at: 0}, fact{user: "a", kind: "paid", at: 1}, fact{user: "b", kind: "paid", at: 2},
		fact{user: "a", kind: "order_paid", at: 3}, fact{user: "a", kind: "sent", at: 4})
	s := open(t, mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir(), EventMap: m})
	for _, test := range []struct {
		name  string
		query mongostore.Query
		want  []int // indexes of facts
	}{
		{"under all names, the newest first", mongostore.Query{Type: "order_paid"}, []int{3, 2, 1, 0}},
		{"page by page", mongostore.Query{Type: "order_paid", Limit: 1}, []int{3, 2, 1, 0}},
		{"a user's", mongostore.Query{Type: "order_paid", UserID: "a"}, []int{3, 1, 0}},
		{"an earlier name alone", mongostore.Query{Type: "paid"}, []int{2, 1}},
		{"a type that kept its name", mongostore.Query{Type: "sent"}, []int{4}},
		{"all", mongostore.Query{}, []int{4, 3, 2, 1, 0}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var want []string
			for _, i := range test.want {
				want = append(want, idOf(t, facts[i].id))
			}
			if got, _ := pages(t, s, test.query, func() {}); !slices.Equal(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
	of := mongostore.Filter{Type: "order_paid"}
	if sum, err := s.Reader().Summary(t.Context(), of); err != nil || sum.Events != 4 || sum.Users != 2 || !sum.First.Equal(noon) {
		t.Errorf("%+v, %v; want 4 events of 2 users: a user under two names is one", sum, err)
	}
	byType, err := s.Reader().SummaryByType(t.Context(), of)
	want := []mongostore.TypeSummary{{Type: "paid", Events: 2, Users: 2}, {Type: "bought", Events: 1, Users: 1}, {Type: "order_paid", Events: 1, Users: 1}}
	if diff := cmp.Diff(want, byType); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}
