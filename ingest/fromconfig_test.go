// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

func hash(key string) string { return ingest.HashKey(key).String() }

// keysFile returns the path of a file with lines.
func keysFile(t *testing.T, dir, name string, lines ...string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFromConfig: each setting of the file has its field.
func TestFromConfig(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	c := config.Config{Ack: otelanalytics.AckStored, Ingest: config.Ingest{
		Sources: []config.IngestSource{{
			Name: "shop", Kind: config.SecretKeys, Keys: []string{hash("a")}, KeysFile: keysFile(t, t.TempDir(), "keys", "# the first", "", hash("b"), "  "+strings.ToUpper(hash("c"))+" # of Ada\r"),
			Types: []string{"page"}, Platform: "ios", Context: []string{}, MaxAge: time.Hour, MaxAhead: time.Minute, Consent: "yes",
			Rate: 1, RatePerIP: 2, RatePerUser: 3, StoreSample: map[string]float64{"page": 0.5},
		}},
		Origins: []string{origin}, PublicURL: "https://e.example.com", TrustedProxies: proxies, MaxBodyBytes: 1, BodyTimeout: time.Second,
	}}
	want := ingest.Config{
		Sources: []ingest.Source{{
			Name: "shop", Kind: ingest.Secret, Keys: []ingest.KeyHash{ingest.HashKey("a"), ingest.HashKey("b"), ingest.HashKey("c")},
			Types: []string{"page"}, Platform: "ios", Context: []string{}, MaxAge: time.Hour, MaxAhead: time.Minute, Consent: "yes",
			Rate: 1, RatePerIP: 2, RatePerUser: 3, StoreSample: map[string]float64{"page": 0.5},
		}},
		Origins: []string{origin}, PublicURL: "https://e.example.com", TrustedProxies: proxies, MaxBytesInFlight: 1, BodyTimeout: time.Second,
		Ack: otelanalytics.AckStored,
	}
	got, err := ingest.FromConfig(c)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, of := range []any{want, want.Sources[0], c.Ingest, c.Ingest.Sources[0]} {
		for i, f := range reflect.VisibleFields(reflect.TypeOf(of)) {
			if f.Name != "MeterProvider" && reflect.ValueOf(of).Field(i).IsZero() {
				t.Errorf("%T.%s is not in this test", of, f.Name)
			}
		}
	}
}

// TestKeysOfADirectory: a Secret of Kubernetes is a directory with files, which are links, and with names that begin with dots.
func TestKeysOfADirectory(t *testing.T) {
	dir, data := t.TempDir(), t.TempDir()
	keysFile(t, data, "old", hash("old"))
	keysFile(t, data, "new", hash("new"))
	for from, to := range map[string]string{data: "..data", filepath.Join(data, "old"): "old", filepath.Join(data, "new"): "new"} {
		if err := os.Symlink(from, filepath.Join(dir, to)); err != nil {
			t.Fatal(err)
		}
	}
	c := config.Config{Ingest: config.Ingest{Sources: []config.IngestSource{{Name: "web", KeysFile: dir}}}}
	s := newService(t, func(cfg *ingest.Config) {
		var err error
		if *cfg, err = ingest.FromConfig(c); err != nil {
			t.Fatal(err)
		}
	})
	statuses := func() (old, next int) {
		return s.post("/v1/events", "old", `{"event_type":"page"}`).Code, s.post("/v1/events", "new", `{"event_type":"page"}`).Code
	}
	if old, next := statuses(); old != 200 || next != 200 {
		t.Fatalf("%d %d", old, next)
	}
	if err := os.Remove(filepath.Join(dir, "old")); err != nil {
		t.Fatal(err)
	}
	cfg, err := ingest.FromConfig(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.handler.Reload(cfg); err != nil {
		t.Fatal(err)
	}
	if old, next := statuses(); old != 401 || next != 200 {
		t.Errorf("after its file is gone: %d %d", old, next)
	}
}

func TestMistakesInKeys(t *testing.T) {
	dir := t.TempDir()
	keysFile(t, dir, "a", hash("a"), "hunter2", hash("b")[1:], "hunter2 # a comment")
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	many := t.TempDir()
	for i := range 1001 {
		keysFile(t, many, strings.Repeat("k", i%200+1)+strings.Repeat("l", i/200))
	}
	large := keysFile(t, t.TempDir(), "large", strings.Repeat("#", 1<<20))
	const noHash = "this line (not shown) is not the hash of a key, 64 hexadecimal digits"
	for _, tt := range []struct {
		name, path string
		want       []string
	}{
		{"lines", filepath.Join(dir, "a"), []string{"PATH:2: " + noHash, "PATH:3: " + noHash, "PATH:4: " + noHash}},
		{"a directory", dir, []string{"PATH/a:2: " + noHash, "PATH/a:3: " + noHash, "PATH/a:4: " + noHash, "PATH/folder is a directory within a directory of keys; keys are read from a regular file, again whenever it changes: write their hashes into one"}},
		{"nothing there", filepath.Join(dir, "none"), []string{"stat PATH: no such file or directory"}},
		{"many files", many, []string{"PATH has more than 1000 files; a directory of keys never has so many: check the path"}},
		{"a large file", large, []string{"PATH is larger than 1 MiB; a file of keys is never that long: check the path"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ingest.FromConfig(config.Config{Ingest: config.Ingest{Sources: []config.IngestSource{{Name: "web", KeysFile: tt.path}}}})
			want := "ingest: source \"web\": " + strings.Join(tt.want, "\n")
			if err == nil || strings.ReplaceAll(err.Error(), tt.path, "PATH") != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
	_, err := ingest.FromConfig(config.Config{Ingest: config.Ingest{Sources: []config.IngestSource{{Name: "web", Keys: []string{"hunter2"}}}}})
	if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), `source "web": ingest: the hash of a write key is 64 hexadecimal digits`) {
		t.Errorf("a key in code: %v", err)
	}
}
