// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/validator"
)

// What a validator holds is tested in mongostore/validator and in examples/internal/schemas: here is how the command behaves.

// eventMap writes an event map, and returns its path.
func eventMap(t *testing.T, events string) string {
	t.Helper()
	return clitest.File(t, "events.yaml", "version: 1\nevents: "+events+"\n")
}

const ordered = `{ordered: {on_violation: reject, data: {id: {type: string, pattern: '\bo'}, "<b>": {type: int}}}}`

func TestValidator(t *testing.T) {
	paid := eventMap(t, "{paid: {on_violation: quarantine}}")
	code, out, errs := clitest.Run(t, validator.New(), eventMap(t, ordered), paid)
	if code != 0 || !strings.HasPrefix(errs, "left out: ordered: id: pattern: ") || strings.Count(errs, "\n") != 1 {
		t.Errorf("exit code %d\n%s", code, errs)
	}
	clitest.Golden(t, "testdata/validator.json", out)

	file := filepath.Join(t.TempDir(), "validator.json")
	if code, _, errs := clitest.Run(t, validator.New(), "--out", file, paid); code != 0 {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	if code, _, _ := clitest.Run(t, validator.New(), "--check", "--out", file, paid); code != 0 {
		t.Errorf("the file is out of date: exit code %d", code)
	}
	if code, _, _ := clitest.Run(t, validator.New(), "--check", "--out", file, eventMap(t, ordered)); code != 1 {
		t.Errorf("the file is of another map: exit code %d", code)
	}
}

func TestMistakes(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no map", nil, 2, "MAP, the path of an event map, is missing"},
		{"a map with mistakes", []string{eventMap(t, "{a: {on_violation: reject, dat: {}}}")}, 1, "did you mean \"data\"?"},
		{"nothing to check", []string{eventMap(t, "{a: {}}")}, 1, "no event has on_violation: quarantine or reject"},
		{"nothing to check, and an earlier validator", []string{"--apply", eventMap(t, "{a: {}}")}, 1, "take that off with --remove"},
		{"flags that need another one", []string{"--dry-run", "x.yaml"}, 2, "--dry-run needs --apply or --remove"},
		{"two deeds", []string{"--apply", "--remove", "x.yaml"}, 2, "--apply and --remove"},
		{"a map to remove", []string{"--remove", "x.yaml"}, 2, "--remove takes no map"},
		{"an action to remove", []string{"--remove", "--action", "warn"}, 2, "--action goes with --apply"},
		{"a file to apply", []string{"--apply", "--out", "x", "x.yaml"}, 2, "--out is for writing a file"},
		{"no such action", []string{"--apply", "--action", "refuse", "x.yaml"}, 2, `--action "refuse" is not known; give warn or error`},
		{"no such level", []string{"--apply", "--level", "off", "x.yaml"}, 2, `--level "off" is not known; give moderate or strict`},
		{"no server", []string{"--apply", eventMap(t, "{a: {on_violation: reject}}")}, 2, "no MongoDB is named"},
		{"one event in two maps", []string{eventMap(t, ordered), eventMap(t, "{ordered: {}}")}, 1, `two maps declare the event "ordered"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, out, errs := clitest.Run(t, validator.New(), test.args...)
			if code != test.code || out != "" || !strings.Contains(errs, test.want) {
				t.Errorf("exit code %d\n%s\n%s\nwant %d, %s", code, out, errs, test.code, test.want)
			}
		})
	}
}
