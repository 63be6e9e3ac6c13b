// SPDX-License-Identifier: Apache-2.0

package eventfilter

import (
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	now := time.Date(2026, 7, 8, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"2026-07-01T12:00:00Z":         "2026-07-01T12:00:00.000Z",
		"2026-07-01T12:00:00.25+02:00": "2026-07-01T10:00:00.250Z",
		"2026-07-01":                   "2026-07-01T00:00:00.000Z",
		"24h":                          "2026-07-07T12:00:00.000Z",
		"1h30m":                        "2026-07-08T10:30:00.000Z",
		"0s":                           "2026-07-08T12:00:00.000Z",
		"7d":                           "2026-07-01T12:00:00.000Z",
		"2w":                           "2026-06-24T12:00:00.000Z",
		"-24h":                         "",
		"7":                            "",
		"yesterday":                    "",
		"2026-07-01T12:00:00":          "",
		"123456d":                      "",
		"":                             "",
		"2026-13-01":                   "",
	} {
		got, err := parse(text, now)
		switch i := (&instant{got}); {
		case want == "" && err == nil:
			t.Errorf("%q was read as %s", text, i)
		case want != "" && (err != nil || i.String() != want):
			t.Errorf("%q: got %s, %v; want %s", text, i, err, want)
		}
	}
}
