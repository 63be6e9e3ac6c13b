// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

const repository = "../../../.."

// TestGeneratedFilesAreUpToDate makes every generated file again, and compares.
func TestGeneratedFilesAreUpToDate(t *testing.T) {
	made := t.TempDir()
	if err := remake(t.Context(), repository, made); err != nil {
		t.Fatal(err)
	}
	want := files(t, made)
	if len(want) < len(outputs)+2 {
		t.Fatalf("only %d files were made", len(want))
	}
	for path, content := range want {
		got, err := os.ReadFile(filepath.Join(repository, path))
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s is out of date: run make generate", path)
		}
	}
	for _, o := range outputs {
		info, err := os.Stat(filepath.Join(repository, o.path))
		if err != nil || !info.IsDir() {
			continue
		}
		for path := range files(t, filepath.Join(repository, o.path)) {
			if _, ok := want[filepath.Join(o.path, path)]; !ok {
				t.Errorf("%s is no longer made by %q: remove it", filepath.Join(o.path, path), o.args)
			}
		}
	}
}

// TestMetricsPageNeedsItsMarks: without them the tables would be made nowhere.
func TestMetricsPageNeedsItsMarks(t *testing.T) {
	const metrics = "<!-- metrics: made by make generate -->\noutdated\n<!-- end of metrics -->\n"
	const values = "<!-- values: made by make generate -->\noutdated\n<!-- end of values -->\n"
	for name, page := range map[string]string{
		"nothing": "", "one table": metrics, "the other table": values, "no end": "<!-- values: made by make generate -->\n" + metrics,
	} {
		if _, err := metricsPage([]byte(page)); err == nil {
			t.Errorf("%s: made", name)
		}
	}
	page, err := metricsPage([]byte("before\n" + metrics + "between\n" + values + "after\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"before\n<!-- metrics", "-->\nbetween\n<!-- values", "-->\nafter\n",
		"| `otelanalytics.journal.size` | `otelanalytics_journal_size_bytes` |  | size of the journal on disk |\n",
		"| `events.quarantined` | `reason` | `duplicate_key` | a unique index other than `_id` refused the document |\n|  |  | `validation` |",
	} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if bytes.Contains(page, []byte("outdated")) {
		t.Error("what was made before is still there")
	}
}

// TestStaleFilesAreNoticed: the comparison above must be able to fail.
func TestStaleFilesAreNoticed(t *testing.T) {
	made := t.TempDir()
	if err := remake(t.Context(), repository, made); err != nil {
		t.Fatal(err)
	}
	before := files(t, made)
	for path, content := range before {
		// What is still known as made is made again; something else in its place is an error.
		if err := os.WriteFile(filepath.Join(made, path), append(bytes.Clone(content), '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := remake(t.Context(), repository, made); err != nil {
		t.Fatal(err)
	}
	for path, content := range files(t, made) {
		if !bytes.Equal(content, before[path]) {
			t.Errorf("%s was not made again", path)
		}
	}
}

func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := make(map[string][]byte)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		all[name] = content
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
