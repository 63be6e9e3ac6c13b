// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// userDocument is an event as the writer hands it to the quarantine.
func userDocument(t testing.TB, user any, note string) *pending {
	t.Helper()
	doc, err := bson.Marshal(bson.D{{Key: "_id", Value: 1}, {Key: "user_id", Value: user}, {Key: "note", Value: note}})
	if err != nil {
		t.Fatal(err)
	}
	return &pending{Event: Event{Type: "e", Document: doc}}
}

const refusedBy = "refused"

// ofUser calls f with the lines of a user's events, and counts those that hold no document.
func ofUser(q *quarantine, user string, f func(QuarantinedEvent) error) (unattributed int64, err error) {
	s := &Store{outlet: &outlet{quarantine: q}}
	for e, err := range s.ReadQuarantine() {
		if err != nil {
			return unattributed, err
		}
		if e.Document == nil {
			unattributed++
		} else if isOf(e, user) {
			if err := f(e); err != nil {
				return unattributed, err
			}
		}
	}
	return unattributed, nil
}

// remove removes a user's lines.
func remove(q *quarantine, user string) (removed, unattributed int64, err error) {
	s := &Store{outlet: &outlet{quarantine: q}, config: Config{Dir: filepath.Dir(q.lines.name())}}
	removed, err = (&Maintenance{s}).RemoveQuarantined(func(e QuarantinedEvent) bool {
		if e.Document == nil {
			unattributed++
		}
		return isOf(e, user)
	})
	return removed, unattributed, err
}

func isOf(e QuarantinedEvent, user string) bool {
	id, ok := bson.Raw(e.Document).Lookup("user_id").StringValueOK()
	return ok && id == user
}

func TestLinesOfTheQuarantine(t *testing.T) {
	q := newQuarantine(t.TempDir())
	for _, e := range []*pending{
		userDocument(t, "a", "1"), userDocument(t, "A", "2"), userDocument(t, "", "3"), userDocument(t, 5, "4"), userDocument(t, nil, "5"),
		{Event: Event{Document: []byte(`"user_id":"a"`)}, broken: true},
		userDocument(t, "a", "6 \n and a line break"),
	} {
		if err := q.add(refuse(e, "code_1"), 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := q.write([]byte(`{"id":"x","document":{"USER_ID":"a","x":{"user_id":"a"}}}`+"\n"+`{"document":{"user_id":{"$oid":"a"}}}`+"\n{}\nnull\n["), 0); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		user         string
		want         int
		unattributed int64
	}{
		{user: "a", want: 2, unattributed: 5},
		{user: "A", want: 1, unattributed: 5},
		{user: "5", want: 0, unattributed: 5},
	} {
		t.Run(test.user, func(t *testing.T) {
			found := 0
			unattributed, err := ofUser(q, test.user, func(l QuarantinedEvent) error {
				if l.Reason != "code_1" {
					t.Errorf("%+v", l)
				}
				found++
				return nil
			})
			if found != test.want || unattributed != test.unattributed || err != nil {
				t.Errorf("found %d, cannot tell of %d, %v", found, unattributed, err)
			}
			removed, unattributed, err := remove(q, test.user)
			if removed != int64(test.want) || unattributed != test.unattributed || err != nil {
				t.Errorf("removed %d, cannot tell of %d, %v", removed, unattributed, err)
			}
		})
	}
	text, err := os.ReadFile(q.lines.name())
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(text), "\n"); lines != 9 || !strings.HasSuffix(string(text), "\nnull\n[\n") {
		t.Errorf("%d lines are left, want 9:\n%s", lines, text)
	}
}

// Documents come back from the file as they went in, also those that Extended JSON takes for something else.
func TestDocumentsSurviveTheQuarantine(t *testing.T) {
	for name, data := range map[string]any{
		"plain":             bson.D{{Key: "a", Value: int32(1)}, {Key: "b", Value: 2.5}, {Key: "c", Value: bson.Binary{Data: []byte{1, 2}}}},
		"a field $date":     bson.D{{Key: "when", Value: bson.D{{Key: "$date", Value: "2020-01-01"}}}},
		"a field $oid":      bson.D{{Key: "id", Value: bson.D{{Key: "$oid", Value: "zzz"}}}},
		"a field of a type": bson.D{{Key: "n", Value: bson.D{{Key: "$numberLong", Value: "5"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			id := [16]byte{1, 2, 3}
			doc, err := bson.Marshal(bson.D{{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}}, {Key: "user_id", Value: "a"}, {Key: "event_data", Value: data}})
			if err != nil {
				t.Fatal(err)
			}
			q := newQuarantine(t.TempDir())
			if err := q.add(refuse(&pending{Event: Event{ID: id, Type: "e", Document: doc}}, "r"), 0); err != nil {
				t.Fatal(err)
			}
			line, err := os.ReadFile(q.lines.name())
			if err != nil {
				t.Fatal(err)
			}
			e, _, ok := eventOf(line)
			if !ok || !bytes.Equal(e.Document, doc) || e.ID != id || e.Type != "e" {
				t.Errorf("came back as %v (%v): %s", bson.Raw(e.Document), ok, line)
			}
			if n, unattributed, err := remove(q, "a"); n != 1 || unattributed != 0 || err != nil {
				t.Errorf("removed %d, cannot tell of %d, %v", n, unattributed, err)
			}
		})
	}
}

// TestLinesOfALaterVersion: a replay leaves what a later release may have put a condition on.
func TestLinesOfALaterVersion(t *testing.T) {
	q := newQuarantine(t.TempDir())
	id := [16]byte{1, 2, 3}
	doc, err := bson.Marshal(bson.D{{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}}, {Key: "user_id", Value: "a"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := q.add(refuse(&pending{Event: Event{ID: id, Type: "e", Document: doc}}, "r"), 0); err != nil {
		t.Fatal(err)
	}
	line, err := os.ReadFile(q.lines.name())
	if err != nil {
		t.Fatal(err)
	}
	for version, want := range map[string]bool{"": true, `"version":1,`: true, `"version":2,`: false, `"version":1.5,`: false} {
		versioned := bytes.Replace(line, []byte("{"), []byte("{"+version), 1)
		if _, _, ok := eventOf(versioned); ok != want {
			t.Errorf("%q is put back: %v", version, ok)
		}
	}
	// The user's right to have it removed does not depend on the version.
	if err := q.write(bytes.Replace(line, []byte("{"), []byte(`{"version":2,`), 1), 0); err != nil {
		t.Fatal(err)
	}
	if n, unattributed, err := remove(q, "a"); n != 2 || unattributed != 0 || err != nil {
		t.Errorf("removed %d, cannot tell of %d, %v", n, unattributed, err)
	}
}

func TestQuarantineWithoutFile(t *testing.T) {
	dir := t.TempDir()
	q := newQuarantine(dir)
	if removed, unattributed, err := remove(q, "a"); removed != 0 || unattributed != 0 || err != nil {
		t.Errorf("%d, %d, %v", removed, unattributed, err)
	}
	if files, err := os.ReadDir(dir); len(files) != 0 || err != nil {
		t.Errorf("it left %v, %v", files, err)
	}
}

// TestQuarantineIsChangedFromTwoSides adds lines while those of one user are removed and read, again and again.
func TestQuarantineIsChangedFromTwoSides(t *testing.T) {
	q := newQuarantine(t.TempDir())
	const lines = 150
	var group sync.WaitGroup
	for _, user := range []string{"a", "b"} {
		group.Go(func() {
			for i := range lines {
				if err := q.add(refuse(userDocument(t, user, fmt.Sprintf("note %d.", i)), "r"), 0); err != nil {
					t.Error(err)
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() {
		group.Wait()
		close(ended)
	}()
	var removed int64
	for over := false; !over; {
		select {
		case <-ended:
			over = true // once more, when all are in
		default:
		}
		if unattributed, err := ofUser(q, "b", func(QuarantinedEvent) error { return nil }); unattributed != 0 || err != nil {
			t.Fatalf("a part of a line was read: %d, %v", unattributed, err)
		}
		n, unattributed, err := remove(q, "a")
		if unattributed != 0 || err != nil {
			t.Fatal(unattributed, err)
		}
		removed += n
	}
	if removed != lines {
		t.Errorf("%d lines removed, want %d", removed, lines)
	}
	var notes []string
	if _, err := ofUser(q, "b", func(e QuarantinedEvent) error {
		notes = append(notes, bson.Raw(e.Document).Lookup("note").StringValue())
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var want []string
	for i := range lines {
		want = append(want, fmt.Sprintf("note %d.", i))
	}
	if diff := cmp.Diff(want, notes); diff != "" {
		t.Errorf("the other's lines: %s", diff)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(q.lines.name()), quarantineFile+".tmp")); err == nil {
		t.Error("the temporary file is left")
	}
}

// refuse returns an event as one that was refused.
func refuse(e *pending, reason string) []*pending {
	e.reason, e.message = reason, refusedBy
	return []*pending{e}
}
