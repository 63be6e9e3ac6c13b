// SPDX-License-Identifier: Apache-2.0

package quarantine_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/quarantine"
)

// What is in the file reaches no terminal as it is.
func TestListWritesNoControlCharacters(t *testing.T) {
	dir := t.TempDir()
	line := `{"time":"2026-07-01T12:00:00Z","event_type":"feat\u001b[31mure\u202e","reason":"re\u009bason","message":"E11000 \u001b[31m dup","document":{"_id":1,"text":"\u001b]0;title\u0007"}}`
	if err := os.WriteFile(filepath.Join(dir, "quarantine.jsonl"), []byte(line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"list", dir}, {"list", "--data", dir}, {"list", "--data", "-o", "json", dir}} {
		code, out, errs := clitest.Run(t, quarantine.New(), args...)
		if code != 0 || !strings.Contains(out, "feat") {
			t.Errorf("%q: exit code %d\n%s%s", args, code, out, errs)
		}
		if strings.ContainsAny(out+errs, "\x1b\x07\u009b\u202e") {
			t.Errorf("%q: %q", args, out+errs)
		}
	}
}
