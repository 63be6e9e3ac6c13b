// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

func TestErrorsShowNoPaths(t *testing.T) {
	file := &fs.PathError{Op: "open", Path: "/secret/journal", Err: fs.ErrPermission}
	invalid := &otelanalytics.InvalidEventError{EventType: "sale", Field: "event_data.amount", Problem: "is too large"}
	for _, tt := range []struct {
		name   string
		err    error
		hidden []string
		want   string
	}{
		{"of the disk", fmt.Errorf("eventstore: journal: %w", file), nil, notShown},
		{"another", errors.New("dial tcp 192.0.2.1:27017"), nil, notShown},
		{"a known one with a path", fmt.Errorf("%w: %w", eventstore.ErrNotDurable, file), nil, eventstore.ErrNotDurable.Error()},
		{"an invalid event", fmt.Errorf("track: %w", invalid), nil, invalid.Error()},
		{"an invalid event with hidden fields", invalid, []string{"other"}, masked},
		{"a known one with hidden fields", eventstore.ErrSuppressed, []string{"other"}, eventstore.ErrSuppressed.Error()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := errorText(tt.err, &Access{HideFields: tt.hidden}); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestErrorsOfIDs: an error about an id in the data tells a viewer who may not see users nothing of it.
func TestErrorsOfIDs(t *testing.T) {
	about := func(fields ...string) *otelanalytics.InvalidEventError {
		e := &otelanalytics.InvalidEventError{EventType: "sale", Field: fields[0], Problem: "is too large"}
		for _, f := range fields {
			e.Violations = append(e.Violations, otelanalytics.Violation{Path: f})
		}
		return e
	}
	for _, tt := range []struct {
		name   string
		err    *otelanalytics.InvalidEventError
		hidden bool
	}{
		{"the id", about("event_data.previous_id"), true},
		{"within it", about("event_data.$groups.company"), true},
		{"as the second", about("event_data.amount", "event_data.alias"), true},
		{"nested", about("event_data.traits.distinct_id"), true},
		{"below an entry of an array", about("event_data.amount", "event_data.items.3.userId.length"), true},
		{"another field", about("event_data.amount", "event_data.aliases"), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := errorText(tt.err, &Access{HideUsers: true}); (got == masked) != tt.hidden {
				t.Errorf("got %q", got)
			}
			if got := errorText(tt.err, &Access{}); got != tt.err.Error() {
				t.Errorf("who may see users gets %q", got)
			}
		})
	}
}

func TestViolationsAreCutAtHiddenFields(t *testing.T) {
	for _, tt := range []struct{ hidden, path, want string }{
		{"card", "event_data.card.number.4242", "event_data.card"},
		{"card.number", "event_data.card.kind", ""},
		{"card.number", "event_data.card", ""},
		{"card", "event_data.cards", ""},
		{"items.name", "event_data.items.3.name.rope", "event_data.items.3.name"},
		{"items.0.name", "event_data.items.3.name", "event_data.items.3.name"},
		{"items.3", "event_data.items.3.name", "event_data.items.3"},
		{"rows.email", "event_data.rows.0.1.email", "event_data.rows.0.1.email"},
		{"*", "event_data.anything.0", "event_data"},
		{"*", "event_data", "event_data"},
		{"card.*", "event_data.card.number", "event_data.card"},
		{"user_id", "user_id", ""},
	} {
		t.Run(tt.hidden+" of "+tt.path, func(t *testing.T) {
			e := event{Violations: []violation{{tt.path, "max_length", "has a key that nobody may see"}}}
			e.hideViolations(hiding{paths: []string{tt.hidden}})
			want := violation{tt.want, "max_length", masked}
			if tt.want == "" {
				want = violation{tt.path, "max_length", "has a key that nobody may see"}
			}
			if got := e.Violations[0]; got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestMaskedArrays(t *testing.T) {
	doc, err := bson.Marshal(bson.D{
		{Key: "rows", Value: bson.A{bson.A{bson.D{{Key: "email", Value: "secret"}, {Key: "n", Value: "shown"}}}}},
		{Key: "tags", Value: bson.A{"secret", "secret"}},
		{Key: "names", Value: bson.A{bson.D{{Key: "0", Value: "secret"}, {Key: "n", Value: "shown"}}, "shown"}},
		{Key: "deep", Value: bson.A{bson.D{{Key: "a", Value: bson.D{{Key: "b", Value: "secret"}, {Key: "n", Value: "shown"}}}}}},
		{Key: "any", Value: bson.A{"secret"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, paths := range map[string][]string{
		"without indexes": {"rows.email", "tags.0", "names.0.0", "deep.a.b", "any.*"},
		"with indexes":    {"rows.0.0.email", "tags.1", "names.0.0", "deep.0.a.b", "any.0"},
	} {
		t.Run(name, func(t *testing.T) {
			text := documentText(doc, false, &Access{HideFields: paths})
			if strings.Contains(text, "secret") || strings.Count(text, "shown") < 3 {
				t.Errorf("shows\n%s", text)
			}
		})
	}
}

// TestMaskedNamesOfDocuments: a document has some names percent-encoded. Viewers name fields as callers do, and see these names.
func TestMaskedNamesOfDocuments(t *testing.T) {
	doc, err := bson.Marshal(bson.D{{Key: "_id", Value: 1}, {Key: "event_data", Value: bson.D{
		{Key: "%24email", Value: "secret"},
		{Key: "user%2Email", Value: "secret"},
		{Key: "%24set", Value: bson.D{{Key: "%24ip", Value: "secret"}, {Key: "%24os", Value: "shown"}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	text := documentText(doc, true, &Access{HideFields: []string{"$email", "user.mail", "$set.$ip"}})
	if strings.Contains(text, "secret") || strings.Contains(text, "%2") || !strings.Contains(text, `"$os": "shown"`) || !strings.Contains(text, `"user.mail"`) {
		t.Errorf("shows\n%s", text)
	}
}
