// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
)

// TestRun measures little, and looks for every figure that the page on scaling has.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	if err := run(t.Context(), config{events: 2000, uri: mongotest.Start(t).URI(), dir: dir}, &out); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		`Track, ack written, 1 goroutine +(\d+) `, `Track, ack written, \d+ goroutines +(\d+) `, `Track, ack synced, 1 goroutine +(\d+) `,
		`Track, ack synced, 64 goroutines +(\d+) `, `Track, ack written, no metrics, 1 goroutine +(\d+) `, `journal to MongoDB +(\d+) `,
		`an event in the journal +(\d+) bytes`, `its document in BSON +(\d+) bytes`,
	} {
		m := regexp.MustCompile(`(?m)^` + line).FindSubmatch(out.Bytes())
		if m == nil {
			t.Errorf("no line %s", line)
			continue
		}
		if n, err := strconv.Atoi(string(m[1])); err != nil || n < 10 {
			t.Errorf("%s: %v, %v", m[0], n, err)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("it leaves %v, %v", left, err)
	}
	if t.Failed() {
		t.Log(out.String())
	}
}
