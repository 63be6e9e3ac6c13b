// SPDX-License-Identifier: Apache-2.0

package config

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/defaults"
)

var printSettings = flag.Bool("print-settings", false, "print the rows that docs/configuration.md should have")

// write returns the path of a configuration file with the text.
func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "otelanalytics.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// same compares configurations; levels by what they say.
func same(a, b Config) bool {
	levels := a.LogLevels.String() == b.LogLevels.String() && (a.LogLevels == nil) == (b.LogLevels == nil)
	a.LogLevels, b.LogLevels = nil, nil
	return levels && reflect.DeepEqual(a, b)
}

func TestDefaults(t *testing.T) {
	want := Config{
		Database: defaults.Database, Collection: defaults.Collection, BatchSize: eventstore.DefaultBatchSize,
		WriteTimeout: defaults.WriteTimeout, Dir: eventstore.DefaultDir, JournalBytes: eventstore.DefaultJournalBytes, MemoryBytes: eventstore.DefaultMemoryBytes, QuarantineBytes: eventstore.DefaultQuarantineBytes,
		SyncInterval: eventstore.DefaultSyncInterval, KeyWindow: DefaultKeyWindow,
		ObserversInterval: time.Minute, LogLevels: new(Levels), Ingest: Ingest{MaxBodyBytes: defaults.IngestBodyBytes, BodyTimeout: defaults.IngestBodyTimeout},
	}
	for name, environment := range map[string][]string{
		"nothing": nil,
		"others":  {"PATH=/bin", "OTEL_SERVICE_NAME=shop", "OTELANALYTICS=1", "otelanalytics_ack=stored", "no equals sign"},
		"empty":   {"OTELANALYTICS_ACK=", "OTELANALYTICS_REDACT_KEY=", "OTELANALYTICS_CONFIG_FILE=", "OTELANALYTICS_TYPO="},
		"tests":   {"OTELANALYTICS_TEST_MONGODB_URI=mongodb://127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := load("", environment)
			if err != nil {
				t.Fatal(err)
			}
			if !same(c, want) || !same(Default(), want) {
				t.Errorf("got  %+v\nwant %+v", c, want)
			}
		})
	}
}

// everything sets each setting to something else than its default, in both forms.
var everything = `
event_map: events.yaml
mongodb:
  uri: mongodb://u:pw@db
  database: shop
  collection: happenings
  ttl: 24h
  ttl_shorten: true
  indexes: false
  batch_size: 50
  write_timeout: 5s
data_dir: /var/lib/shop
journal: {storage: memory, max_memory: 2MiB, max_quarantine: 64MiB, max_bytes: 128MiB, full: block, sync_interval: 10ms}
ack: stored
key_window: 0
strict: true
json_tags: false
metrics:
  enabled: false
  modules_disabled: [shop, "404"]
  events_disabled:
    - order.*
observers:
  enabled: false
  interval: 5m
  intervals: {active_users: 10m, queue_length: 2s}
  disabled: [redis]
redact_key: 0123456789abcdef
suppress_key: a key of sixteen
uniques_key: sixteen or more of them
uniques_key_collection: keys.sketches
log_level: warn,journal=debug
` + everythingOfIngest

var everyVariable = []string{
	"OTELANALYTICS_EVENT_MAP=events.yaml",
	"OTELANALYTICS_MONGODB_URI=mongodb://u:pw@db",
	"OTELANALYTICS_MONGODB_DATABASE=shop",
	"OTELANALYTICS_MONGODB_COLLECTION=happenings",
	"OTELANALYTICS_MONGODB_TTL=24h",
	"OTELANALYTICS_MONGODB_TTL_SHORTEN=true",
	"OTELANALYTICS_MONGODB_INDEXES=FALSE",
	"OTELANALYTICS_MONGODB_BATCH_SIZE=50",
	"OTELANALYTICS_MONGODB_WRITE_TIMEOUT=5s",
	"OTELANALYTICS_DATA_DIR=/var/lib/shop",
	"OTELANALYTICS_JOURNAL_STORAGE=Memory",
	"OTELANALYTICS_JOURNAL_MAX_MEMORY=2MiB",
	"OTELANALYTICS_JOURNAL_MAX_QUARANTINE=64MiB",
	"OTELANALYTICS_JOURNAL_MAX_BYTES=134217728",
	"OTELANALYTICS_JOURNAL_FULL=BLOCK",
	"OTELANALYTICS_JOURNAL_SYNC_INTERVAL=10ms",
	"OTELANALYTICS_ACK=stored",
	"OTELANALYTICS_KEY_WINDOW=0",
	"OTELANALYTICS_STRICT=True",
	"OTELANALYTICS_JSON_TAGS=false",
	"OTELANALYTICS_METRICS_ENABLED=false",
	"OTELANALYTICS_MODULES_DISABLED=shop, 404 ,",
	"OTELANALYTICS_EVENTS_DISABLED=order.*",
	"OTELANALYTICS_OBSERVERS_ENABLED=false",
	"OTELANALYTICS_OBSERVERS_INTERVAL=5m",
	"OTELANALYTICS_OBSERVERS_INTERVALS=active_users=10m, queue_length = 2s,",
	"OTELANALYTICS_OBSERVERS_DISABLED=redis",
	"OTELANALYTICS_REDACT_KEY=0123456789abcdef",
	"OTELANALYTICS_SUPPRESS_KEY=a key of sixteen",
	"OTELANALYTICS_UNIQUES_KEY=sixteen or more of them",
	"OTELANALYTICS_UNIQUES_KEY_COLLECTION=keys.sketches",
	"OTELANALYTICS_LOG_LEVEL=warn,journal=debug",
	"OTELANALYTICS_INGEST_ORIGINS=https://shop.example.com",
	"OTELANALYTICS_INGEST_PUBLIC_URL=https://events.example.com/a",
	"OTELANALYTICS_INGEST_TRUSTED_PROXIES=10.0.0.0/8, 192.0.2.1",
	"OTELANALYTICS_INGEST_MAX_BODY_BYTES_IN_FLIGHT=8MiB",
	"OTELANALYTICS_INGEST_BODY_TIMEOUT=3s",
}

func TestSettings(t *testing.T) {
	levels, err := ParseLevels("warn,journal=debug")
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		EventMap: "events.yaml", URI: "mongodb://u:pw@db", Database: "shop", Collection: "happenings", TTL: 24 * time.Hour, TTLShorten: true,
		WithoutIndexes: true, BatchSize: 50, WriteTimeout: 5 * time.Second, Storage: eventstore.Memory, MemoryBytes: 2 << 20, QuarantineBytes: 64 << 20, Dir: "/var/lib/shop", JournalBytes: 128 << 20,
		JournalFull: eventstore.Block, SyncInterval: 10 * time.Millisecond, Ack: eventstore.AckStored, KeyWindow: NoKeyWindow, Strict: true, BSONTagsOnly: true, MetricsDisabled: true,
		DisabledModules: []string{"shop", "404"}, DisabledEvents: []string{"order.*"}, ObserversDisabled: true, ObserversInterval: 5 * time.Minute,
		ObserversIntervals: map[string]time.Duration{"active_users": 10 * time.Minute, "queue_length": 2 * time.Second}, DisabledObservers: []string{"redis"}, RedactKey: "0123456789abcdef", SuppressKey: "a key of sixteen", UniquesKey: "sixteen or more of them", UniquesKeyCollection: "keys.sketches", LogLevels: levels, Ingest: ingestOfTest(),
	}
	for i, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if field.Name != "Collector" && reflect.DeepEqual(reflect.ValueOf(want).Field(i).Interface(), reflect.ValueOf(Default()).Field(i).Interface()) {
			t.Errorf("this test does not tell %s from its default", field.Name)
		}
	}
	path := write(t, everything)
	for _, c := range []struct {
		name, path  string
		environment []string
	}{
		{"file", path, nil},
		{"file that a variable names", "", []string{"OTELANALYTICS_CONFIG_FILE=" + path}},
		{"environment", "", everyVariable},
		{"environment over a file that says something else", write(t, "ack: synced\nstrict: false\nmetrics: {modules_disabled: [other]}\nlog_level: off\n"), everyVariable},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := load(c.path, c.environment)
			if err != nil {
				t.Fatal(err)
			}
			want := want
			if strings.HasPrefix(c.name, "environment") {
				want.Ingest.Sources = nil // only a file can say it
			}
			if !same(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestFileForms(t *testing.T) {
	for _, c := range []struct {
		name, text string
		check      func(Config) bool
	}{
		{"empty", "", func(c Config) bool { return same(c, Default()) }},
		{"comments alone", "# ack: stored\n", func(c Config) bool { return same(c, Default()) }},
		{"only a document's beginning", "---\n", func(c Config) bool { return same(c, Default()) }},
		{"a group with nothing in it", "mongodb:\n  # uri: x\nack: synced\n", func(c Config) bool { return c.Ack == eventstore.AckSynced }},
		{"a list with nothing in it", "metrics:\n  modules_disabled:\n    # - shop\n", func(c Config) bool { return len(c.DisabledModules) == 0 }},
		{"level off", "log_level: off", func(c Config) bool { return c.LogLevels.String() == "off" }},
		{"quoted", `ack: "synced"`, func(c Config) bool { return c.Ack == eventstore.AckSynced }},
		{"size as a number", "journal: {max_bytes: 67108864}", func(c Config) bool { return c.JournalBytes == 64<<20 }},
		{"size with a space", "journal: {max_bytes: 2 GiB}", func(c Config) bool { return c.JournalBytes == 2<<30 }},
		{"the largest size", "journal: {max_bytes: 8388607TiB}", func(c Config) bool { return c.JournalBytes == 8388607<<40 }},
		{"no ttl", "mongodb: {ttl: 0}", func(c Config) bool { return c.TTL == 0 }},
		{"ttl never", "mongodb: {ttl: never}", func(c Config) bool { return c.TTL == TTLNever }},
		{"ttl NEVER", "mongodb: {ttl: ' Never '}", func(c Config) bool { return c.TTL == TTLNever }},
		{"the longest ttl", "mongodb: {ttl: 596523h14m7s}", func(c Config) bool { return c.TTL == defaults.MaxTTL }},
		{"a module with a comma", "metrics: {modules_disabled: ['a,b']}", func(c Config) bool { return slices.Equal(c.DisabledModules, []string{"a,b"}) }},
		{"a quoted number as a key of text", `mongodb: {database: "404"}`, func(c Config) bool { return c.Database == "404" }},
		{"Windows line ends", "ack: synced\r\nstrict: true\r\n", func(c Config) bool { return c.Ack == eventstore.AckSynced && c.Strict }},
		{"byte order mark", "\ufeffack: synced\n", func(c Config) bool { return c.Ack == eventstore.AckSynced }},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := load(write(t, c.text), nil)
			if err != nil {
				t.Fatal(err)
			}
			if !c.check(got) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.yaml")
	for name, environment := range map[string][]string{path: nil, "": {"OTELANALYTICS_CONFIG_FILE=" + path}} {
		c, err := load(name, append(environment, "OTELANALYTICS_STRICT=maybe"))
		if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "OTELANALYTICS_STRICT") {
			t.Errorf("got %v", err)
		}
		if !reflect.DeepEqual(c, Config{}) {
			t.Errorf("a configuration came with the error: %+v", c)
		}
	}
}

func TestReadsTheProcessEnvironment(t *testing.T) {
	t.Setenv("OTELANALYTICS_MONGODB_DATABASE", "from_environment")
	c, err := Load(write(t, "mongodb: {database: from_file, collection: from_file}"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Database != "from_environment" || c.Collection != "from_file" {
		t.Errorf("got %+v", c)
	}
}

func TestObserverSchedule(t *testing.T) {
	c := Default()
	c.ObserversIntervals, c.DisabledObservers = map[string]time.Duration{"slow": time.Hour}, []string{"off"}
	for source, want := range map[string]struct {
		interval time.Duration
		on       bool
	}{"slow": {time.Hour, true}, "off": {0, false}, "other": {0, true}} {
		if interval, on := c.ObserverSchedule(source); interval != want.interval || on != want.on {
			t.Errorf("%s: got %v, %v", source, interval, on)
		}
	}
	if interval, on := (Config{}).ObserverSchedule("other"); interval != 0 || !on {
		t.Errorf("the zero value: got %v, %v", interval, on)
	}
	c.ObserversDisabled = true
	if _, on := c.ObserverSchedule("other"); on {
		t.Error("observers that are off have a source that is on")
	}
}
