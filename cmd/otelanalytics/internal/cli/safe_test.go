// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

func TestSafe(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "",
		"Ünïcode ✓ 日本 \ufffd \"\\n": "Ünïcode ✓ 日本 \ufffd \"\\n",
		"a\x1b[31mred\x00\r\n\t":    `a\x1b[31mred\x00\x0d\x0a\x09`,
		"\u009b31m\u007f":           `\u009b31m\x7f`,
		"\u202eabc\u2028\ufeff":     `\u202eabc\u2028\ufeff`,
		"\xff\xc3":                  `\xff\xc3`,
		"\U000e0041":                `\U000e0041`,
	} {
		if got := cli.Safe(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// TestJSONIsSafeAndTheSame: what a terminal would act on is escaped, and means the same.
func TestJSONIsSafeAndTheSame(t *testing.T) {
	const text = "\x1b[31m\u009b31m\u007f\u202e\U000e0041 <ü> 日本"
	cmd := &cobra.Command{}
	cli.AddOutputFlag(cmd)
	if err := cmd.ParseFlags([]string{"-o", "json"}); err != nil {
		t.Fatal(err)
	}
	var out, line bytes.Buffer
	cmd.SetOut(&out)
	if err := cli.Print(cmd, []string{text}, nil); err != nil {
		t.Fatal(err)
	}
	cmd.SetOut(&line)
	if err := cli.PrintLine(cmd, []string{text}); err != nil {
		t.Fatal(err)
	}
	for _, b := range []*bytes.Buffer{&out, &line} {
		if strings.ContainsAny(b.String(), "\x1b\u009b\u007f\u202e\U000e0041") || !strings.Contains(b.String(), "<ü> 日本") {
			t.Errorf("written as %q", b)
		}
		var got []string
		if err := json.Unmarshal(b.Bytes(), &got); err != nil || len(got) != 1 || got[0] != text {
			t.Errorf("read as %q, %v", got, err)
		}
	}
	if strings.Count(line.String(), "\n") != 1 {
		t.Errorf("not one line: %q", &line)
	}
}
