// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/slogtest"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

func parseLevels(t testing.TB, text string) *config.Levels {
	t.Helper()
	l, err := config.ParseLevels(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestParseLevels(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"white space", " \t", ""},
		{"overall", "info", "info"},
		{"the design's example", "info,journal=debug,user_management=warn", "info,journal=debug,user_management=warn"},
		{"every level", "a=debug,b=info,c=warn,d=error,e=off", "a=debug,b=info,c=warn,d=error,e=off"},
		{"order", "b=info,a=warn,error", "error,a=warn,b=info"},
		{"case of letters and white space", " WARN , Journal = Off", "warn,Journal=off"},
		{"names of several words", "user management=warn", "user management=warn"},
		{"a name like a level", "info=debug", "info=debug"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := parseLevels(t, c.text)
			if got := l.String(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if again := parseLevels(t, l.String()).String(); again != c.want {
				t.Errorf("read again: %q, want %q", again, c.want)
			}
		})
	}
}

func TestParseLevelsMistakes(t *testing.T) {
	const known = "known: debug, info, warn, error, off"
	for _, c := range []struct{ name, text, want string }{
		{"unknown", "loud", `part 1: the level "loud" is not known; ` + known},
		{"typo", "info,journal=debgu", `part 2: the level "debgu" is not known; did you mean debug? ` + known},
		{"longer word", "warning", `part 1: the level "warning" is not known; ` + known},
		{"no level", "journal=", `part 1: the level "" is not known; ` + known},
		{"no name", "=info", `part 1: "=info" has no name; write LEVEL or NAME=LEVEL`},
		{"two levels", "a=info=warn", `part 1: the level "info=warn" is not known; ` + known},
		{"empty part", "info,", `part 2: is empty; write LEVEL or NAME=LEVEL`},
		{"twice", "journal=info,journal=warn", `part 2: "journal" has a level already; remove one of the two`},
		{"overall twice", "info,warn", `part 2: everything has a level already; remove one of the two`},
		{"control character", "a\x01b=info", `part 1: the name "a\x01b" cannot have a level; a name is text without commas, equals signs, control characters and surrounding white space`},
		{"a connection string", "mongodb://u:secret@db", `part 1: the level a URI (not shown) is not known; ` + known},
		{"several", "loud,,x=info", "part 1: the level \"loud\" is not known; " + known + "\nconfig: log levels: part 2: is empty; write LEVEL or NAME=LEVEL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := config.ParseLevels(c.text)
			if err == nil {
				t.Fatalf("accepted as %q", l)
			}
			if want := "config: log levels: " + c.want; err.Error() != want {
				t.Errorf("got  %s\nwant %s", err, want)
			}
		})
	}
}

func textLogger(level slog.Level) (*bytes.Buffer, slog.Handler) {
	b := new(bytes.Buffer)
	return b, slog.NewTextHandler(b, &slog.HandlerOptions{Level: level})
}

func TestLevelsHandler(t *testing.T) {
	with := func(args ...any) func(*slog.Logger) *slog.Logger {
		return func(l *slog.Logger) *slog.Logger { return l.With(args...) }
	}
	for _, c := range []struct {
		name   string
		levels string
		logger func(*slog.Logger) *slog.Logger
		want   string // what is kept of DEBUG INFO WARN ERROR by a handler that takes INFO
	}{
		{"no levels: the handler decides", "", with(), "INFO WARN ERROR"},
		{"overall", "warn", with(), "WARN ERROR"},
		{"lower than the handler's own", "debug", with(), "DEBUG INFO WARN ERROR"},
		{"off", "off", with(), ""},
		{"subsystem", "warn,journal=debug", with("subsystem", "journal"), "DEBUG INFO WARN ERROR"},
		{"another subsystem", "warn,journal=debug", with("subsystem", "mongodb"), "WARN ERROR"},
		{"another subsystem, no overall", "journal=debug", with("subsystem", "mongodb"), "INFO WARN ERROR"},
		{"module", "shop=error", with("module", "shop"), "ERROR"},
		{"module before subsystem", "debug,client=warn,shop=error", with("subsystem", "client", "module", "shop"), "ERROR"},
		{"module before subsystem, the other way round", "error,client=error,shop=debug", with("module", "shop", "subsystem", "client"), "DEBUG INFO WARN ERROR"},
		{"module without a level", "error,client=warn", with("subsystem", "client", "module", "shop"), "WARN ERROR"},
		{"the last one counts", "a=error,b=debug", func(l *slog.Logger) *slog.Logger { return l.With("module", "a").With("module", "b") }, "DEBUG INFO WARN ERROR"},
		{"in one of several attributes", "journal=error", with("component", "otelanalytics", "subsystem", "journal", "segment", 3), "ERROR"},
		{"not in a group", "journal=error", func(l *slog.Logger) *slog.Logger { return l.WithGroup("g").With("subsystem", "journal") }, "INFO WARN ERROR"},
		{"before a group", "journal=error", func(l *slog.Logger) *slog.Logger { return l.With("subsystem", "journal").WithGroup("g") }, "ERROR"},
		{"in a group without a name", "journal=error", func(l *slog.Logger) *slog.Logger { return l.WithGroup("").With("subsystem", "journal") }, "ERROR"},
		{"in a group attribute", "journal=error", with(slog.Group("g", "subsystem", "journal")), "INFO WARN ERROR"},
		{"in a group attribute without a name", "journal=error", with(slog.Group("", "subsystem", "journal")), "ERROR"},
		{"behind a LogValuer", "journal=error", with("subsystem", named("journal")), "ERROR"},
		{"not text", "3=error", with("module", 3), "INFO WARN ERROR"},
		{"an empty name", "error", with("module", ""), "ERROR"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, next := textLogger(slog.LevelInfo)
			l := c.logger(slog.New(parseLevels(t, c.levels).Handler(next)))
			for _, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
				l.Log(t.Context(), level, "kept "+level.String())
			}
			var kept []string
			for line := range strings.Lines(out.String()) {
				_, rest, _ := strings.Cut(line, `msg="kept `)
				level, _, _ := strings.Cut(rest, `"`)
				kept = append(kept, level)
			}
			if got := strings.Join(kept, " "); got != c.want {
				t.Errorf("kept %q, want %q", got, c.want)
			}
		})
	}
}

type named string

func (n named) LogValue() slog.Value { return slog.StringValue(string(n)) }

func TestLevelsHandlerConforms(t *testing.T) {
	var out bytes.Buffer
	h := parseLevels(t, "debug,journal=warn").Handler(slog.NewJSONHandler(&out, nil))
	err := slogtest.TestHandler(h, func() []map[string]any {
		var all []map[string]any
		for d := json.NewDecoder(&out); d.More(); {
			var m map[string]any
			if err := d.Decode(&m); err != nil {
				t.Fatal(err)
			}
			all = append(all, m)
		}
		return all
	})
	if err != nil {
		t.Error(err)
	}
}

func TestLevelsChangeAtRunTime(t *testing.T) {
	var zero config.Levels
	_, next := textLogger(slog.LevelInfo)
	h := zero.Handler(next).WithAttrs([]slog.Attr{slog.String("subsystem", "client"), slog.String("module", "shop")})
	least := func() string {
		for _, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
			if h.Enabled(t.Context(), level) {
				return level.String()
			}
		}
		return "none"
	}
	for i, step := range []struct {
		name, level string // no level: Unset
		want        string
	}{
		{"", "warn", "WARN"},
		{"client", "ERROR", "ERROR"},
		{"shop", "debug", "DEBUG"},
		{"other", "off", "DEBUG"},
		{"shop", "off", "none"},
		{"shop", "", "ERROR"},
		{"client", "", "WARN"},
		{"", "", "INFO"},
		{"", "", "INFO"},
	} {
		if step.level == "" {
			zero.Unset(step.name)
		} else if err := zero.Set(step.name, step.level); err != nil {
			t.Fatal(err)
		}
		if got := least(); got != step.want {
			t.Errorf("step %d: %q=%s: got %s, want %s", i+1, step.name, step.level, got, step.want)
		}
	}
	if got := zero.String(); got != "other=off" {
		t.Errorf("left: %s", got)
	}
}

func TestLevelsSetMistakes(t *testing.T) {
	l := parseLevels(t, "info,journal=debug")
	for _, c := range []struct{ name, level, want string }{
		{"", "loud", `config: log levels: the level "loud" is not known; known: debug, info, warn, error, off`},
		{"journal", "", `config: log levels: the level "" is not known; known: debug, info, warn, error, off`},
		{"a,b", "info", `config: log levels: the name "a,b" cannot have a level; a name is text without commas, equals signs, control characters and surrounding white space`},
		{"a=b", "info", `config: log levels: the name "a=b" cannot have a level; a name is text without commas, equals signs, control characters and surrounding white space`},
		{" a", "info", `config: log levels: the name " a" cannot have a level; a name is text without commas, equals signs, control characters and surrounding white space`},
	} {
		if err := l.Set(c.name, c.level); err == nil || err.Error() != c.want {
			t.Errorf("Set(%q, %q): got  %v\nwant %s", c.name, c.level, err, c.want)
		}
	}
	if got := l.String(); got != "info,journal=debug" {
		t.Errorf("changed to %s", got)
	}
}

func TestLevelsNil(t *testing.T) {
	var none *config.Levels
	out, next := textLogger(slog.LevelInfo)
	l := slog.New(none.Handler(next)).With("subsystem", "journal")
	l.Debug("left out")
	l.Info("kept")
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "msg=kept") {
		t.Errorf("got %q", got)
	}
	none.Unset("journal")
	const want = "config: log levels: Set on a nil *Levels; make them with ParseLevels"
	if err := none.Set("journal", "info"); err == nil || err.Error() != want || none.String() != "" {
		t.Errorf("a nil *Levels took a level: %v, want %s", err, want)
	}
}

// TestLevelsAreSafeForConcurrentUse is for the race detector; at the end every change must be there.
func TestLevelsAreSafeForConcurrentUse(t *testing.T) {
	const names = 50
	levels := new(config.Levels)
	_, next := textLogger(slog.LevelError)
	h := levels.Handler(next)
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := range names {
				name := "m" + strconv.Itoa(worker*names+i)
				if err := levels.Set(name, "debug"); err != nil {
					t.Error(err)
				}
				if !h.WithAttrs([]slog.Attr{slog.String("module", name)}).Enabled(context.Background(), slog.LevelDebug) {
					t.Errorf("%s: the change is not seen", name)
				}
				_ = levels.String()
			}
		})
	}
	all.Wait()
	if got := strings.Count(levels.String(), "=debug"); got != 4*names {
		t.Errorf("%d names have levels, want %d", got, 4*names)
	}
}

func FuzzParseLevels(f *testing.F) {
	for _, s := range []string{"", "info", "info,journal=debug,user_management=warn", "=,=", "a=off , WARN", "info,,", "ü=error", "a\xff=info", "x=debug=info"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, err := config.ParseLevels(s)
		if err != nil {
			if l != nil {
				t.Errorf("%q: levels and an error", s)
			}
			return
		}
		again, err := config.ParseLevels(l.String())
		if err != nil {
			t.Fatalf("%q was written as %q, which is not read: %v", s, l, err)
		}
		if again.String() != l.String() {
			t.Errorf("%q was written as %q, then as %q", s, l, again)
		}
	})
}
