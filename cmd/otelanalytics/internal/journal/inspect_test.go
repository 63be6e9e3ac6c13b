// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

const format = "../../../../eventstore/internal/journal/testdata/v1/"

func golden(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "journal"), os.DirFS(format+name)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestInspect(t *testing.T) {
	for _, test := range []struct {
		name  string
		dir   string
		code  int
		texts []string
	}{
		{"whole", golden(t, "whole"), 0, []string{
			": 4 pending events, the oldest for ", "2 segments, 39.3 KiB; no process has it open",
			"1        1 to 4    4        3        40172  2023-11-14T22:13:20Z", "done up to 1 of 5",
		}},
		{"damaged", golden(t, "damaged"), 1, []string{
			": 2 pending events", "damage: segment 1, 40073 bytes from 99: checksum differs; lost: 3 to 4\n    fix: ",
			"1 place cannot be read; 2 events lost",
		}},
		{"no journal", t.TempDir(), 2, []string{"name the data directory of a service"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, out, errs := clitest.Run(t, journal.New(), "inspect", test.dir)
			if code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			for _, text := range test.texts {
				if !strings.Contains(out+errs, text) {
					t.Errorf("%q is not in\n%s%s", text, out, errs)
				}
			}
		})
	}
}

// Damage behind which nothing can be read has no count: no later number tells what is missing.
func TestInspectUncountedDamage(t *testing.T) {
	dir := golden(t, "whole")
	// The checkpoint knows the last number, of the moment when it was written.
	if err := os.Remove(filepath.Join(dir, "journal", "checkpoint")); err != nil {
		t.Fatal(err)
	}
	last := filepath.Join(dir, "journal", "00000000000000000002.journal")
	content, err := os.ReadFile(last)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)-20] ^= 0xff
	if err := os.WriteFile(last, content, 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := clitest.Run(t, journal.New(), "inspect", dir)
	if code != 1 || !strings.Contains(out, "how many events were in there cannot be told") || !strings.Contains(errs, "that nothing counts") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	code, out, _ = clitest.Run(t, journal.New(), "inspect", "-o", "json", dir)
	var r struct{ Damage []struct{ Uncounted bool } }
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != 1 || len(r.Damage) != 1 || !r.Damage[0].Uncounted {
		t.Errorf("exit code %d, %v\n%s", code, err, out)
	}
}

// TestInspectBesideAService lists the events of a store that is open, by the configuration, and shows what they hold only
// when that is wanted.
func TestInspectBesideAService(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("OTELANALYTICS_DATA_DIR", dir)
	store, err := mongostore.Open(t.Context(), mongostore.Config{URI: "mongodb://127.0.0.1:1/", Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		_ = store.Shutdown(ended) // MongoDB is away: the events stay
	})
	for range 3 {
		id := uuid.New()
		doc, err := bson.Marshal(bson.D{{Key: "_id", Value: bson.Binary{Subtype: 4, Data: id[:]}}, {Key: "user_id", Value: "lovelace"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Append(t.Context(), eventstore.Event{ID: id, Type: "login", Document: doc}, eventstore.AckWritten); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		args   []string
		events int
		more   int64
		data   bool
	}{
		{nil, 0, 0, false},
		{[]string{"--events"}, 3, 0, false},
		{[]string{"--events", "--limit", "2"}, 2, 1, false},
		{[]string{"--data", "--limit", "0"}, 3, 0, true},
	} {
		code, out, errs := clitest.Run(t, journal.New(), append([]string{"inspect", "-o", "json"}, test.args...)...)
		var got struct {
			InUse    bool `json:"in_use"`
			Process  int
			Pending  int
			Types    map[string]int `json:"pending_types"`
			Unlisted int64
			Events   []struct {
				ID, Type string
				Bytes    int
				Data     map[string]any
			}
		}
		if err := json.Unmarshal([]byte(out), &got); err != nil || code != 0 {
			t.Fatalf("exit code %d, %v\n%s%s", code, err, out, errs)
		}
		if !got.InUse || got.Process != os.Getpid() || got.Pending != 3 || got.Types["login"] != 3 || len(got.Events) != test.events || got.Unlisted != test.more {
			t.Errorf("%v: %+v", test.args, got)
		}
		if strings.Contains(out, "lovelace") != test.data {
			t.Errorf("%v: payload should be shown: %v\n%s", test.args, test.data, out)
		}
		_, text, _ := clitest.Run(t, journal.New(), append([]string{"inspect"}, test.args...)...)
		if strings.Contains(text, "lovelace") != test.data || strings.Count(text, " login") != test.events {
			t.Errorf("%v: got\n%s", test.args, text)
		}
	}
	if code, _, errs := clitest.Run(t, journal.New(), "inspect", "--limit", "-1"); code != 2 || !strings.Contains(errs, "--limit is -1") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}
