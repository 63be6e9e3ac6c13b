// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
)

func TestReadQuarantine(t *testing.T) {
	dir := t.TempDir()
	for range ReadQuarantine(dir) {
		t.Error("an event without a file")
	}
	q := newQuarantine(dir)
	id := uuid.New()
	doc, err := bson.Marshal(bson.D{{Key: "_id", Value: bson.Binary{Subtype: 4, Data: id[:]}}, {Key: "user_id", Value: "u"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []*pending{
		{Event: Event{ID: id, Type: "whole", Document: doc}},
		userDocument(t, "a", "the _id is another"),
		{Event: Event{Type: "broken", Document: []byte("no document")}, broken: true},
	} {
		if err := q.add(refuse(e, "code_1"), 0); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.OpenFile(q.lines.name(), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	long := bytes.Repeat([]byte("x"), maxLineBytes+1)
	for _, text := range [][]byte{[]byte("\n\n"), long, []byte("\n" + `{"id":"half a li`)} {
		if _, err := file.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	want := []struct {
		line             int64
		typ, problem     string
		document, reason bool
	}{
		{1, "whole", "", true, true},
		{2, "e", "the document's _id is not the line's id", true, true},
		{3, "broken", "the line holds no whole document", false, true},
		{6, "", "the line is longer than that of any event", false, false},
		{7, "", "the line is not JSON", false, false},
	}
	n := 0
	for e, err := range ReadQuarantine(dir) {
		if err != nil {
			t.Fatal(err)
		}
		if n == len(want) {
			t.Fatalf("one too many: %+v", e)
		}
		w := want[n]
		if e.Line != w.line || e.Type != w.typ || e.Problem != w.problem || (e.Document != nil) != w.document || (e.Reason == "code_1") != w.reason || e.Bytes == 0 {
			t.Errorf("got %+v\nwant %+v", e, w)
		}
		n++
	}
	if n != len(want) {
		t.Errorf("%d events, want %d", n, len(want))
	}
	if err := os.Remove(filepath.Join(dir, quarantineFile)); err != nil {
		t.Fatal(err)
	}
	for _, err := range ReadQuarantine(filepath.Join(dir, "missing")) {
		if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "missing") {
			t.Errorf("%v", err)
		}
	}
}

// TestReadQuarantineWhileItGrows begins with half a line, which is whole by the time when it is read.
func TestReadQuarantineWhileItGrows(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, quarantineFile)
	if err := os.WriteFile(path, []byte("{}\n"+`{"event_type":"a",`), 0o600); err != nil {
		t.Fatal(err)
	}
	var got []string
	for e, err := range ReadQuarantine(dir) {
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 {
			file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := file.WriteString(`"reason":"b"}` + "\n" + `{"event_type":"later"}` + "\n"); err != nil {
				t.Fatal(err)
			}
			_ = file.Close()
		}
		got = append(got, e.Type+e.Reason)
	}
	if strings.Join(got, " ") != " ab" {
		t.Errorf("%q", got)
	}
}
