// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// TestLines goes through the life of conditions and expects the lines, in short.
func TestLines(t *testing.T) {
	type step struct {
		after time.Duration
		do    string // "note KIND", "end", "tick"
	}
	for _, test := range []struct {
		name  string
		steps []step
		want  []string
	}{
		{"ends without having begun", []step{{0, "end"}, {0, "tick"}}, nil},
		{
			"begins and ends",
			[]step{{0, "note a"}, {time.Second, "note a"}, {0, "end"}, {0, "end"}},
			[]string{"WARN begins kind=a", "INFO ends total=2 lasted=1s"},
		},
		{
			"changes its kind, and back",
			[]step{{0, "note a"}, {time.Second, "note b"}, {time.Second, "note a"}, {time.Second, "note b"}},
			[]string{"WARN begins kind=a", "WARN begins kind=b"},
		},
		{
			"lasts",
			[]step{{0, "note a"}, {30 * time.Second, "note a"}, {30 * time.Second, "note a"}, {59 * time.Second, "note a"}, {time.Second, "note a"}},
			[]string{"WARN begins kind=a", "WARN lasts kind=a count=2 total=3 lasting=1m0s", "WARN lasts kind=a count=2 total=5 lasting=2m0s"},
		},
		{
			"begins again",
			[]step{{0, "note a"}, {time.Second, "end"}, {time.Second, "note a"}},
			[]string{"WARN begins kind=a", "INFO ends total=1 lasted=1s", "WARN begins kind=a"},
		},
		{
			"changes its kind when a line is due",
			[]step{{0, "note a"}, {time.Minute, "note b"}, {time.Minute, "note b"}},
			[]string{"WARN begins kind=a", "WARN begins kind=b", "WARN lasts kind=b count=2 total=3 lasting=2m0s"},
		},
		{
			"is noted no more",
			[]step{{0, "note a"}, {59 * time.Second, "tick"}, {time.Second, "tick"}, {time.Minute, "tick"}},
			[]string{"WARN begins kind=a", "INFO ends total=1 lasted=0s"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log bytes.Buffer
			now := time.Unix(1e9, 0)
			c := Condition{
				Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
					if a.Key == slog.TimeKey {
						return slog.Attr{}
					}
					return a
				}})),
				Level: slog.LevelWarn, Now: func() time.Time { return now },
				Begins: "begins", Lasts: "lasts", Ends: "ends",
			}
			for _, s := range test.steps {
				now = now.Add(s.after)
				switch verb, kind, _ := strings.Cut(s.do, " "); verb {
				case "note":
					c.Note(kind, 1)
				case "end":
					c.End()
				default:
					if next := c.Tick(); !next.IsZero() && next.Before(now) {
						t.Errorf("the next tick is at %v, now is %v", next, now)
					}
				}
			}
			got := strings.NewReplacer("level=", "", "msg=", "").Replace(log.String())
			want := ""
			for _, line := range test.want {
				want += line + "\n"
			}
			if got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}
