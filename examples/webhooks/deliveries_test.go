// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// realDeliveries is the example's own file.
const realDeliveries = "testdata/github-webhooks.jsonl.gz"

// readLines returns the lines of a .jsonl.gz file.
func readLines(t testing.TB, file string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(unzipped)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(all), "\n"), "\n")
}

// writeLines writes a .jsonl.gz file.
func writeLines(t testing.TB, lines []string) string {
	t.Helper()
	var b bytes.Buffer
	zipped := gzip.NewWriter(&b)
	for _, line := range lines {
		if _, err := io.WriteString(zipped, line+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "deliveries.jsonl.gz")
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// parse decodes a line as any JSON reader would, with numbers kept as text.
func parse(t testing.TB, line string) map[string]any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(line))
	d.UseNumber()
	var v map[string]any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %.80q", err, line)
	}
	return v
}

// edit returns the line with its delivery changed by f.
func edit(t testing.TB, line string, f func(delivery, payload map[string]any)) string {
	t.Helper()
	delivery := parse(t, line)
	f(delivery, delivery["payload"].(map[string]any))
	edited, err := json.Marshal(delivery)
	if err != nil {
		t.Fatal(err)
	}
	return string(edited)
}

// lookup follows a path of object keys.
func lookup(v any, path ...string) any {
	for _, key := range path {
		object, _ := v.(map[string]any)
		v = object[key]
	}
	return v
}
