// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestReaderBesideAStore reads what a store has, with its directory held by that store, and leaves no trace.
func TestReaderBesideAStore(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	t.Chdir(t.TempDir()) // where a directory would be made
	dir := t.TempDir()
	c := mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: dir, WithoutIndexes: true}
	s := open(t, c)
	for i, user := range []string{"a", "b", "a", ""} {
		add(t, s, userEvent(t, user, i))
	}
	flush(t, s)
	c.Dir = ""
	r, err := mongostore.NewReader(c)
	if err != nil {
		t.Fatal(err)
	}
	want := query(t, s, mongostore.Query{})
	if got, err := r.Query(t.Context(), mongostore.Query{}); err != nil || len(got.Events) != 4 || !cmp.Equal(want, got) {
		t.Errorf("%v\n%s", err, cmp.Diff(want, got))
	}
	if n, err := r.DistinctUsers(t.Context(), noon, time.Time{}); err != nil || n != 2 {
		t.Errorf("%d users, %v", n, err)
	}
	if sum, err := r.Summary(t.Context(), mongostore.Filter{UserID: "a"}); err != nil || sum.Events != 2 {
		t.Errorf("%+v, %v", sum, err)
	}
	var out bytes.Buffer
	if n, err := r.Export(t.Context(), "a", &out); err != nil || n != (mongostore.ExportResult{Stored: 2}) || strings.Count(out.String(), `"user_id":"a"`) != 2 || strings.Count(out.String(), "\n") != 2 {
		t.Errorf("%+v, %v\n%s", n, err, &out)
	}
	if _, err := r.Export(t.Context(), "", &out); !errors.Is(err, mongostore.ErrQuery) {
		t.Errorf("an export of nobody: %v", err)
	}
	if n, err := r.Export(t.Context(), "a", refusing{}); !errors.Is(err, errRefused) {
		t.Errorf("an export that cannot be written: %+v, %v", n, err)
	}
	for range 2 {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := r.Query(t.Context(), mongostore.Query{}); !errors.Is(err, eventstore.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) > 0 {
		t.Errorf("there are %v, %v", entries, err)
	}
}

var errRefused = errors.New("no space")

type refusing struct{}

func (refusing) Write([]byte) (int, error) { return 0, errRefused }

func TestConnectErrors(t *testing.T) {
	for uri, want := range map[string]string{
		"":                          "Config.URI is empty",
		"mongodb://u:s3cret@h:x/":   "Config.URI",
		"mongodb://u:s3cret@h/?w=0": "w=majority",
	} {
		if _, err := mongostore.NewReader(mongostore.Config{URI: uri}); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: got %v, want %q in it", uri, err, want)
		}
	}
	r, err := mongostore.NewReader(mongostore.Config{URI: nowhere})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	_, byType := r.SummaryByType(t.Context(), mongostore.Filter{})
	_, export := r.Export(t.Context(), "u", &bytes.Buffer{})
	for _, err := range []error{byType, export} {
		if err == nil || errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("without a server: %v", err)
		}
	}
}

func TestSummaryByType(t *testing.T) {
	s, db := queryStore(t)
	put(t, db,
		fact{user: "a", kind: "x", at: 0}, fact{user: "a", kind: "x", at: 1}, fact{user: "b", kind: "x", at: 2}, fact{user: "", kind: "x", at: 3},
		fact{user: "a", kind: "y", at: 4}, fact{user: "c", kind: "y", at: 5},
		fact{user: "", kind: "z", at: 6}, fact{user: 7, kind: "z", at: 7}, fact{user: "d", kind: "old", at: "2026-07-01T12:00:00Z"},
	)
	if _, err := db.Collection(mongostore.DefaultCollection).InsertOne(t.Context(), bson.D{{Key: "user_id", Value: "e"}, {Key: "timestamp", Value: noon}}); err != nil {
		t.Fatal(err)
	}
	type list = []mongostore.TypeSummary
	for _, test := range []struct {
		name   string
		filter mongostore.Filter
		want   list
	}{
		{"all", mongostore.Filter{}, list{{"x", 4, 2}, {"y", 2, 2}, {"z", 2, 0}, {"", 1, 1}}},
		{"a type", mongostore.Filter{Type: "y"}, list{{"y", 2, 2}}},
		{"a user", mongostore.Filter{UserID: "a"}, list{{"x", 2, 1}, {"y", 1, 1}}},
		{"nobody's", mongostore.Filter{Anonymous: true}, list{{"x", 1, 0}, {"z", 1, 0}}},
		{"a time", mongostore.Filter{From: noon.Add(4e6), To: noon.Add(6e6)}, list{{"y", 2, 2}}},
		{"nothing", mongostore.Filter{UserID: "nobody"}, list{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := s.Reader().SummaryByType(t.Context(), test.filter)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := s.Reader().SummaryByType(t.Context(), mongostore.Filter{UserID: "a", Anonymous: true}); !errors.Is(err, mongostore.ErrQuery) {
		t.Errorf("got %v", err)
	}
}
