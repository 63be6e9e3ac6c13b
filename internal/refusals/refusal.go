// SPDX-License-Identifier: Apache-2.0

package refusals

import (
	"os"
	"strings"
	"testing"
)

// Refusal is one of a file's: "=== NAME", the input, ">>>", and what is said.
type Refusal struct{ Name, Text, Want string }

// Read returns those of a file.
func Read(t testing.TB, file string) []Refusal {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []Refusal
	for _, block := range strings.Split(string(data), "=== ")[1:] {
		name, rest, _ := strings.Cut(block, "\n")
		text, want, ok := strings.Cut(rest, ">>>\n")
		if !ok {
			t.Fatalf("%s: %s: no >>>", file, name)
		}
		all = append(all, Refusal{name, text, want})
	}
	return all
}

// Write writes them as Read reads them.
func Write(t testing.TB, file string, all []Refusal) {
	t.Helper()
	var b strings.Builder
	for _, r := range all {
		b.WriteString("=== " + r.Name + "\n" + r.Text + ">>>\n" + r.Want)
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
