// SPDX-License-Identifier: Apache-2.0

//go:build draw

package pictures

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/prometheus/common/model"
)

// writeShown notes which panels the pictures have.
func writeShown(t *testing.T, all []string) {
	t.Helper()
	s := make(shown)
	for _, d := range all {
		s[filepath.Base(d)] = panels(t, d)
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(shownFile, append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// rowsOf returns the rows of a dashboard's grid that a section takes.
func rowsOf(t *testing.T, dashboard, title string) *[2]int {
	t.Helper()
	text, err := os.ReadFile(dashboard)
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Panels []struct {
			Type, Title string
			GridPos     struct{ Y, H int }
		}
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	var rows *[2]int
	for _, p := range d.Panels {
		switch {
		case p.Type == "row" && p.Title == title:
			rows = &[2]int{p.GridPos.Y, p.GridPos.Y + p.GridPos.H}
		case p.Type == "row" && rows != nil:
			return rows
		case rows != nil:
			rows[1] = max(rows[1], p.GridPos.Y+p.GridPos.H)
		}
	}
	if rows == nil {
		t.Fatalf("%s has no row %q", dashboard, title)
	}
	return rows
}

// some reports whether an answer has anything.
func some(v model.Vector) bool { return len(v) > 0 }
