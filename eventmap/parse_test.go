// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestThreeWaysToReadTheSameMap(t *testing.T) {
	const path = "testdata/valid/design.yaml"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a, errA := Parse(data)
	b, errB := ParseFile(path)
	c, errC := ParseFS(os.DirFS("testdata/valid"), "design.yaml")
	if err := errors.Join(errA, errB, errC); err != nil {
		t.Fatal(err)
	}
	if a.Hash() != b.Hash() || b.Hash() != c.Hash() {
		t.Errorf("hashes %s, %s, %s", a.Hash(), b.Hash(), c.Hash())
	}
}

func TestPositionsCarryTheNameAsGiven(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.yaml")
	if err := os.WriteFile(path, []byte("version: 1\nevnts: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const rest = `:2:1: evnts: is not a known key; did you mean "events"? known keys: version, key_scope, on_violation, redact, metrics, every_event, events`
	_, err := ParseFile(path)
	if got := fmt.Sprint(err); got != path+rest {
		t.Errorf("ParseFile: %s", got)
	}
	_, err = ParseFS(fstest.MapFS{"maps/e.yaml": {Data: []byte("version: 1\nevnts: {}\n")}}, "maps/e.yaml")
	if got := fmt.Sprint(err); got != "maps/e.yaml"+rest {
		t.Errorf("ParseFS: %s", got)
	}
	_, err = Parse([]byte("version: 1\nevnts: {}\n"))
	if got := fmt.Sprint(err); got != "event map"+rest {
		t.Errorf("Parse: %s", got)
	}
	one, ok := errors.AsType[*Error](err)
	if !ok || one.File != "event map" || one.Line != 2 || one.Column != 1 || one.Key != "evnts" {
		t.Errorf("errors.AsType: %+v", one)
	}
}

func TestErrorLeavesOutWhatIsEmpty(t *testing.T) {
	e := &Error{File: "f", Line: 3, Column: 4, Problem: "is wrong"}
	if got := e.Error(); got != "f:3:4: is wrong" {
		t.Error(got)
	}
	both := Errors{e, {File: "f", Line: 5, Column: 6, Key: "a.b", Problem: "is bad", Fix: "fix it"}}
	if got := both.Error(); got != "f:3:4: is wrong\nf:5:6: a.b: is bad; fix it" {
		t.Error(got)
	}
	if !errors.Is(both, e) {
		t.Error("a single error is not found")
	}
}

type brokenFS struct{ fs.File }

func (b brokenFS) Open(string) (fs.File, error) { return b, nil }
func (b brokenFS) Close() error                 { return nil }
func (b brokenFS) Read([]byte) (int, error)     { return 0, io.ErrUnexpectedEOF }
func (b brokenFS) String() string               { return "broken" }
func (b brokenFS) Stat() (fs.FileInfo, error)   { return nil, io.ErrUnexpectedEOF }

func TestReadErrorsNameThePath(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing.yaml")
	_, err := ParseFile(missing)
	if !errors.Is(err, fs.ErrNotExist) || fmt.Sprint(err) != "eventmap: open "+missing+": no such file or directory" {
		t.Errorf("missing: %v", err)
	}
	if _, err = ParseFile(dir); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("directory: %v", err)
	}
	if _, err = ParseFS(fstest.MapFS{}, "no.yaml"); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "no.yaml") {
		t.Errorf("file system: %v", err)
	}
	_, err = ParseFS(brokenFS{}, "some.yaml")
	if !errors.Is(err, io.ErrUnexpectedEOF) || fmt.Sprint(err) != "eventmap: read some.yaml: unexpected EOF" {
		t.Errorf("broken: %v", err)
	}
}

func TestSizeIsBounded(t *testing.T) {
	text := "version: 1\n"
	full := text + strings.Repeat("#", maxFileBytes-len(text))
	parseText(t, full)
	_, err := Parse([]byte(full + "\n"))
	const want = "event map:1:1: the file is larger than 1 MiB; an event map is never that long: check the path, or split the map"
	if got := fmt.Sprint(err); got != want {
		t.Errorf("got %s", got)
	}
	// An endless file must not be read to its end.
	read := 0
	if _, err := ParseFS(endlessFS{read: &read}, "endless"); fmt.Sprint(err) != strings.Replace(want, "event map:", "endless:", 1) {
		t.Errorf("endless: %v", err)
	}
	if read > 2*maxFileBytes {
		t.Errorf("%d bytes were read", read)
	}
}

type endlessFS struct {
	brokenFS
	read *int
}

func (e endlessFS) Open(string) (fs.File, error) { return e, nil }

func (e endlessFS) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '#'
	}
	*e.read += len(p)
	return len(p), nil
}

// worst are files that could cost much more than their size.
func worst() map[string]string {
	const n = maxFileBytes / 4
	attributes := "version: 1\nmetrics:\n  a:\n    instrument: counter\n    attributes:\n      x: {values: &v [" +
		strings.TrimSuffix(numbered(1500, "v%d,"), ",") + "]}\n"
	return map[string]string{
		"alias bomb": attributes +
			numbered(5000, "  m%d: {instrument: counter, attributes: {x: {values: *v}}}\n"),
		"alias to itself":      "version: 1\nmetrics: &m\n  a: *m\n  b: {attributes: *m}\nevents: *m\n",
		"deep flow":            "version: 1\nevents: " + strings.Repeat("[", n/2),
		"deep block":           "version: 1\nevents: " + strings.Repeat("- ", n/4),
		"long key":             "version: 1\nevents:\n  " + strings.Repeat("a", n/2) + ":\n" + strings.Repeat("   ? [x]\n", n/32),
		"many unknown keys":    "version: 1\n" + numbered(20_000, "k%d: 1\n"),
		"many duplicates":      "version: 1\nevents:\n" + strings.Repeat("  a: {}\n", n/9),
		"many typos":           "version: 1\nmetrics:\n" + numbered(5_000, "  metric_%d: {instrument: counter}\n") + "events:\n  e:\n    record:\n" + numbered(5_000, "      - metric: metrik_%d\n"),
		"many records":         "version: 1\nmetrics:\n  a: {instrument: counter}\nevents:\n  e:\n    record:\n" + strings.Repeat("      - metric: a\n", n/20),
		"many attributes":      "version: 1\nmetrics:\n  a:\n    instrument: counter\n    attributes:\n" + numbered(20_000, "      a%d: {limit: 1}\n") + "events:\n  e:\n    record:\n" + strings.Repeat("      - metric: a\n", 20_000),
		"many patterns":        "version: 1\nevents:\n" + numbered(20_000, "  p%d*: {}\n"),
		"many wrong buckets":   "version: 1\nmetrics:\n  a: {instrument: histogram, buckets: [" + strings.TrimSuffix(strings.Repeat("1,", n/3), ",") + "]}\n",
		"many broken lines":    "version: 1\nevents:\n" + numbered(20_000, "  p%d: {}\n") + " x: {}\n",
		"deep field":           "version: 1\nevents:\n  e:\n    data:\n      ? " + strings.Repeat("a.", n/2) + "a\n      : {type: int}\n",
		"deep indexes":         "version: 1\nredact: [" + strings.Repeat("0.", 90) + "a]\nmetrics:\n  a: {instrument: counter}\nevents:\n  e: {record: [{metric: a, value: " + strings.Repeat("0.", 90) + "b, x: 1}]}\n",
		"many expressions":     "version: 1\nmetrics:\n  a: {instrument: counter}\nevents:\n  e:\n    data: {i: {type: int}}\n    record:\n" + numbered(20_000, "      - {metric: a, when: data.i>%d}\n"),
		"many redacted fields": "version: 1\nmetrics:\n  a: {instrument: counter}\nevents:\n  e:\n    data:\n" + numbered(15_000, "      f%d: {redact: drop}\n") + "    record:\n" + numbered(15_000, "      - {metric: a, value: g%d}\n") + "      - x\n",
		"many redactions":      "version: 1\nredact: [" + strings.TrimSuffix(numbered(1000, "'*.b%d',"), ",") + "]\nmetrics:\n  a:\n    instrument: counter\n    attributes:\n" + numbered(32, "      a%d: {limit: 1}\n") + "events:\n  e:\n    record:\n" + numbered(25_000, "      - {metric: a, value: %d}\n") + "      - x\n",
		"many unknown anchors": "version: 1\nevents: [" + strings.Repeat("*a,", n/4) + "]\n",
	}
}

func numbered(n int, format string) string {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// A loader that costs the square of what it reads would not come to an end with these.
func TestWorstFilesAreRefusedSoon(t *testing.T) {
	for name, text := range worst() {
		t.Run(name, func(t *testing.T) {
			if len(text) > maxFileBytes {
				t.Fatalf("%d bytes", len(text))
			}
			_, err := Parse([]byte(text))
			if name == "many patterns" {
				if err != nil {
					t.Errorf("refused: %.200s", err.Error())
				}
				return
			}
			errs, ok := errors.AsType[Errors](err)
			if !ok || len(errs) > maxErrors+1 || len(err.Error()) > 1<<20 {
				t.Errorf("%d mistakes, %d bytes", len(errs), len(fmt.Sprint(err)))
			}
			if name == "alias bomb" && !strings.Contains(err.Error(), "aliases of this file stand for more than 100,000 nodes") {
				t.Errorf("got %.300s", err.Error())
			}
			if name == "many unknown keys" && !strings.HasSuffix(err.Error(), "there are more mistakes than the 1000 listed here; correct these first") {
				t.Error("the list does not say that it is not complete")
			}
		})
	}
}
