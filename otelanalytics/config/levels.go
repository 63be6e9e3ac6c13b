// SPDX-License-Identifier: Apache-2.0

package config

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// Levels filter log records. There is an overall level, and one for each named part of the service. A name is one of
//
//   - a part of the SDK, such as client, journal or mongodb: the attribute subsystem of its records;
//   - a module of the application: the attribute module (see otelanalytics.Client.Module).
//
// Levels can change while the service runs. A change applies to all later records.
//
// The zero value has no levels and filters nothing, and neither does a nil *Levels. The methods are safe for concurrent
// use. Logging takes no lock.
type Levels struct {
	mu      sync.Mutex // held to change
	current atomic.Pointer[levelTable]
}

// levelTable is never changed, only replaced.
type levelTable struct {
	overall slog.Level
	set     bool // there is an overall level
	names   map[string]slog.Level
}

// levelOff is above every level that is logged.
const levelOff = slog.Level(math.MaxInt)

var (
	levelNames  = []string{"debug", "info", "warn", "error", "off"}
	levelValues = []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError, levelOff}
)

// ParseLevels reads levels in the form of the configuration: parts separated by commas. Each part is LEVEL, for
// everything, or NAME=LEVEL. An example is info,journal=debug,user_management=warn. The levels are debug, info, warn,
// error and off, in upper or lower case. White space around a part is ignored. An empty text means no levels. The error
// lists every wrong part.
func ParseLevels(text string) (*Levels, error) {
	l, errs := parseLevels(text)
	for i, err := range errs {
		errs[i] = fmt.Errorf("config: log levels: %w", err)
	}
	return l, errors.Join(errs...)
}

// parseLevels returns the levels, or the mistakes part by part.
func parseLevels(text string) (*Levels, []error) {
	if strings.TrimSpace(text) == "" {
		return new(Levels), nil
	}
	t := levelTable{names: make(map[string]slog.Level)}
	var errs []error
	for i, part := range strings.Split(text, ",") {
		if err := t.add(strings.TrimSpace(part)); err != nil {
			errs = append(errs, fmt.Errorf("part %d: %w", i+1, err))
		}
	}
	if len(errs) > 0 {
		return nil, errs
	}
	l := new(Levels)
	l.current.Store(&t)
	return l, nil
}

// add takes one part of the written form.
func (t *levelTable) add(part string) error {
	if part == "" {
		return errors.New("is empty; write LEVEL or NAME=LEVEL")
	}
	name, word, named := strings.Cut(part, "=")
	if !named {
		name, word = "", part
	}
	name = strings.TrimSpace(name)
	if named && name == "" {
		return fmt.Errorf("%s has no name; write LEVEL or NAME=LEVEL", quoted(part))
	}
	level, err := parseLevel(strings.TrimSpace(word))
	if err != nil {
		return err
	}
	if err := checkLevelName(name); err != nil {
		return err
	}
	if _, there := t.names[name]; there || name == "" && t.set {
		return fmt.Errorf("%s has a level already; remove one of the two", levelOf(name))
	}
	t.put(name, level)
	return nil
}

func (t *levelTable) put(name string, level slog.Level) {
	if name == "" {
		t.overall, t.set = level, true
		return
	}
	t.names[name] = level
}

func levelOf(name string) string {
	if name == "" {
		return "everything"
	}
	return quoted(name)
}

func parseLevel(word string) (slog.Level, error) {
	if i := slices.Index(levelNames, strings.ToLower(word)); i >= 0 {
		return levelValues[i], nil
	}
	return 0, fmt.Errorf("the level %s is not known; %s", quoted(word), suggest(word, levelNames))
}

// checkLevelName refuses names that cannot be written in a configuration.
func checkLevelName(name string) error {
	if strings.ContainsAny(name, ",=") || strings.TrimSpace(name) != name || !utf8.ValidString(name) ||
		strings.ContainsFunc(name, unicode.IsControl) {
		return fmt.Errorf("the name %s cannot have a level; a name is text without commas, equals signs, control characters and surrounding white space", quoted(name))
	}
	return nil
}

// Set sets the level of a name (debug, info, warn, error or off). The empty name is the overall level. After an error
// nothing has changed.
func (l *Levels) Set(name, level string) error {
	if l == nil {
		return errors.New("config: log levels: Set on a nil *Levels; make them with ParseLevels")
	}
	value, err := parseLevel(level)
	if err == nil {
		err = checkLevelName(name)
	}
	if err != nil {
		return fmt.Errorf("config: log levels: %w", err)
	}
	l.change(func(t *levelTable) { t.put(name, value) })
	return nil
}

// Unset removes a name's level. Then the next wider level applies: the subsystem's, the overall level, or the handler's
// own. The empty name is the overall level.
func (l *Levels) Unset(name string) {
	if l == nil {
		return
	}
	l.change(func(t *levelTable) {
		if name == "" {
			t.overall, t.set = 0, false
			return
		}
		delete(t.names, name)
	})
}

// change replaces the table by a changed copy.
func (l *Levels) change(f func(*levelTable)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := levelTable{names: make(map[string]slog.Level)}
	if old := l.current.Load(); old != nil {
		t.overall, t.set = old.overall, old.set
		maps.Copy(t.names, old.names)
	}
	f(&t)
	l.current.Store(&t)
}

// Replace replaces all levels by the levels of others. If others is nil, no levels remain.
func (l *Levels) Replace(others *Levels) {
	if l == nil || l == others {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current.Store(others.table())
}

func (l *Levels) table() *levelTable {
	if l == nil {
		return nil
	}
	return l.current.Load()
}

// String returns the levels in the form that ParseLevels reads: the overall level, then the names in order.
func (l *Levels) String() string {
	t := l.table()
	if t == nil {
		return ""
	}
	var parts []string
	if t.set {
		parts = append(parts, levelName(t.overall))
	}
	for _, name := range slices.Sorted(maps.Keys(t.names)) {
		parts = append(parts, name+"="+levelName(t.names[name]))
	}
	return strings.Join(parts, ",")
}

func levelName(l slog.Level) string { return levelNames[slices.Index(levelValues, l)] }
