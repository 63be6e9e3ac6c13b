// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

func TestSummary(t *testing.T) {
	s, db := queryStore(t)
	const users, each, anonymous = 1_500, 2, 5
	var facts []fact
	for u := range users {
		for i := range each {
			facts = append(facts, fact{user: fmt.Sprintf("u%d", u), kind: fmt.Sprintf("k%d", i), at: u + i})
		}
	}
	for i := range anonymous {
		facts = append(facts, fact{user: "", kind: "k0", at: 10_000 + i})
	}
	// What other programs left is no user, or no event at all.
	facts = append(facts, fact{user: nil, kind: "k0", at: 0}, fact{user: 7, kind: "k0", at: 0}, fact{user: "v", kind: "k0", at: "2026"})
	put(t, db, facts...)
	at := func(ms int) time.Time { return noon.Add(time.Duration(ms) * time.Millisecond) }
	for _, test := range []struct {
		name   string
		filter mongostore.Filter
		want   mongostore.Summary
	}{
		{"all", mongostore.Filter{}, mongostore.Summary{Events: users*each + anonymous + 2, Users: users, First: noon, Last: at(10_004)}},
		{"a type", mongostore.Filter{Type: "k1"}, mongostore.Summary{Events: users, Users: users, First: at(1), Last: at(users)}},
		{"a user", mongostore.Filter{UserID: "u7"}, mongostore.Summary{Events: 2, Users: 1, First: at(7), Last: at(8)}},
		{"nobody's", mongostore.Filter{Anonymous: true}, mongostore.Summary{Events: anonymous, First: at(10_000), Last: at(10_004)}},
		{"a time", mongostore.Filter{From: at(10), To: at(20)}, mongostore.Summary{Events: 20, Users: 11, First: at(10), Last: at(19)}},
		{"a user, a type, a time", mongostore.Filter{UserID: "u7", Type: "k1", From: at(8), To: at(9)}, mongostore.Summary{Events: 1, Users: 1, First: at(8), Last: at(8)}},
		{"nothing", mongostore.Filter{UserID: "nobody"}, mongostore.Summary{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := s.Reader().Summary(t.Context(), test.filter)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
