// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

func TestFromConfig(t *testing.T) {
	got := mongostore.FromConfig(config.Config{
		URI: "mongodb://u:pw@db", Database: "shop", Collection: "happenings", Storage: eventstore.Memory, MemoryBytes: 2 << 20, Dir: "/var/lib/shop", JournalBytes: 128 << 20,
		JournalFull: eventstore.Block, SyncInterval: 10 * time.Millisecond, BatchSize: 50, WriteTimeout: 5 * time.Second,
		WithoutIndexes: true, TTL: 24 * time.Hour, TTLShorten: true, SuppressKey: "a key of sixteen",
	})
	if got.Logger == nil {
		t.Error("there is no logger")
	}
	got.Logger = nil
	want := mongostore.Config{
		URI: "mongodb://u:pw@db", Database: "shop", Collection: "happenings", Storage: eventstore.Memory, MemoryBytes: 2 << 20, Dir: "/var/lib/shop", JournalBytes: 128 << 20,
		JournalFull: eventstore.Block, SyncInterval: 10 * time.Millisecond, BatchSize: 50, WriteTimeout: 5 * time.Second,
		WithoutIndexes: true, TTL: 24 * time.Hour, TTLShorten: true, SuppressKey: "a key of sixteen",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestFromConfigLogger: the store's logger follows the levels, also those that are set later.
func TestFromConfigLogger(t *testing.T) {
	c := config.Default()
	journal := mongostore.FromConfig(c).Logger.With("subsystem", "journal")
	if err := c.LogLevels.Set("journal", "off"); err != nil {
		t.Fatal(err)
	}
	if journal.Enabled(t.Context(), 8) {
		t.Error("the journal's level is not followed")
	}
	if !mongostore.FromConfig(c).Logger.With("subsystem", "mongodb").Enabled(t.Context(), 8) {
		t.Error("the journal's level silences another subsystem")
	}
}

// TestDefaults: a file without settings means what a Config without fields means.
func TestDefaults(t *testing.T) {
	c := mongostore.FromConfig(config.Default())
	if c.Database != mongostore.DefaultDatabase || c.Collection != mongostore.DefaultCollection || c.WriteTimeout != mongostore.DefaultWriteTimeout ||
		c.Dir != eventstore.DefaultDir || c.JournalBytes != eventstore.DefaultJournalBytes || c.SyncInterval != eventstore.DefaultSyncInterval ||
		c.BatchSize != eventstore.DefaultBatchSize || c.Storage != eventstore.Disk || c.MemoryBytes != eventstore.DefaultMemoryBytes || c.JournalFull != eventstore.Reject {
		t.Errorf("%+v", c)
	}
}

// TestConfigsHaveTheSameNames: what both configurations have is called the same in both.
func TestConfigsHaveTheSameNames(t *testing.T) {
	settings := reflect.TypeFor[config.Config]()
	codeAlone := []string{"Around", "Client", "Consumers", "Logger", "OnInsertAttempt", "Sinks", "Validator"}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[mongostore.Config]()) {
		if _, ok := settings.FieldByName(field.Name); !ok && field.IsExported() && !slices.Contains(codeAlone, field.Name) {
			t.Errorf("config.Config has no %s", field.Name)
		}
	}
}
