// SPDX-License-Identifier: Apache-2.0

package validate_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/validate"
)

func TestValidate(t *testing.T) {
	for _, test := range []struct {
		name   string
		args   []string
		code   int
		golden string
	}{
		{"right", []string{"testdata/right.yaml"}, 0, "testdata/right.golden"},
		{"mistakes", []string{"testdata/mistakes.yaml"}, 1, "testdata/mistakes.golden"},
		{"both, as JSON", []string{"-o", "json", "testdata/right.yaml", "testdata/mistakes.yaml"}, 1, "testdata/both.json.golden"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, out, errs := clitest.Run(t, validate.New(), test.args...)
			if code != test.code {
				t.Errorf("exit code %d, want %d\n%s", code, test.code, errs)
			}
			clitest.Golden(t, test.golden, out)
		})
	}
}

// TestUnreadableFileDoesNotHideTheOthers: what can be said is said, and the exit code is that of what could not be done.
func TestUnreadableFileDoesNotHideTheOthers(t *testing.T) {
	code, out, errs := clitest.Run(t, validate.New(), "-o", "json", "missing.yaml", "testdata/mistakes.yaml")
	if code != 2 || !strings.Contains(errs, "missing.yaml") {
		t.Errorf("exit code %d, want 2\n%s", code, errs)
	}
	var report struct {
		Maps []struct {
			File     string
			Mistakes []struct{ Line, Column int }
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Maps) != 1 || len(report.Maps[0].Mistakes) < 3 || report.Maps[0].Mistakes[0].Line != 4 {
		t.Errorf("got %+v", report)
	}
}
