// SPDX-License-Identifier: Apache-2.0

package config

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/defaults"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// value reads a setting's value into a Config.
type value struct {
	unread bool // the setting is known, and left as it is
	shape
	parse func(c *Config, g given) error              // the error describes the mistake and the valid values
	names func(c *Config, names []string)             // in place of parse, for lists
	check func(g given) error                         // describes a mistake in an entry of a list, or returns nil
	entry func(c *Config, name string, g given) error // in place of parse, for mappings
}

// set reads a value in the form of the environment. Lists are separated by commas, and empty parts are ignored.
// Mappings are lists of NAME=VALUE.
func (v value) set(c *Config, text string) error {
	if v.kind != listKind && v.kind != intervalsKind {
		return v.parse(c, given{text: text})
	}
	parts := strings.Split(text, ",")
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
	}
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	if v.kind == listKind {
		for _, part := range parts {
			if err := v.checked(given{text: part}); err != nil {
				return err
			}
		}
		v.names(c, parts)
		return nil
	}
	var problems []string
	seen := make(map[string]bool)
	for _, part := range parts {
		name, text, ok := strings.Cut(part, "=")
		name = strings.TrimSpace(name)
		switch {
		case !ok || name == "":
			problems = append(problems, quoted(part)+" is not NAME=VALUE; write such as active_users=5m")
			continue
		case seen[name]:
			problems = append(problems, quoted(name)+" is there twice; remove one of the two")
			continue
		}
		seen[name] = true
		if err := v.entry(c, name, given{text: text}); err != nil {
			problems = append(problems, words.Short(name)+": "+err.Error())
		}
	}
	if len(problems) > 0 {
		return errors.New(strings.Join(problems, "; "))
	}
	return nil
}

// given is a value with its origin.
type given struct {
	text string
	from string // the origin, for messages that must not repeat the value; empty: they may
}

// String repeats the value in a message, unless it may be a secret.
func (g given) String() string {
	if g.from != "" {
		return g.from
	}
	return quoted(g.text)
}

// suggest lists the known values, with the one that was probably meant.
func (g given) suggest(known []string) string {
	if g.from != "" {
		return suggest("", known)
	}
	return suggest(g.text, known)
}

// quoted returns a value for a message, on one line and not too long. It does not repeat text that looks like a
// connection string in the wrong place: it may hold a password.
func quoted(text string) string {
	if strings.Contains(text, "://") {
		return "a URI (not shown)"
	}
	return strconv.Quote(words.Short(text))
}

func textValue(field func(*Config) *string) value {
	return value{shape: shape{kind: textKind}, parse: func(c *Config, g given) error {
		*field(c) = g.text
		return oneLine(g.text, "the value")
	}}
}

func uriValue(field func(*Config) *Secret) value {
	return value{shape: shape{kind: uriKind}, parse: func(c *Config, g given) error {
		if !strings.HasPrefix(g.text, "mongodb://") && !strings.HasPrefix(g.text, "mongodb+srv://") {
			return errors.New("the value (not shown) is not a connection string; write one that begins with mongodb:// or mongodb+srv://")
		}
		*field(c) = Secret(g.text)
		return oneLine(g.text, "the connection string (not shown)")
	}}
}

func keyValue(atLeast int, field func(*Config) *Secret) value {
	return value{shape: shape{kind: keyKind, lo: int64(atLeast)}, parse: func(c *Config, g given) error {
		if len(g.text) < atLeast {
			return fmt.Errorf("the key (not shown) has %d bytes; it must have at least %d", len(g.text), atLeast)
		}
		*field(c) = Secret(g.text)
		return nil
	}}
}

func parseBoolean(g given) (bool, error) {
	switch text := strings.TrimSpace(g.text); {
	case strings.EqualFold(text, "true"):
		return true, nil
	case strings.EqualFold(text, "false"):
		return false, nil
	}
	if g.from == "" {
		g.text = strings.TrimSpace(g.text)
	}
	return false, fmt.Errorf("%v is neither true nor false; write true or false", g)
}

func booleanValue(field func(*Config) *bool) value {
	return value{shape: shape{kind: booleanKind}, parse: func(c *Config, g given) (err error) {
		*field(c), err = parseBoolean(g)
		return err
	}}
}

// negatedValue reads a switch that is on by default into a field that switches off, so that its zero value is the default.
func negatedValue(field func(*Config) *bool) value {
	return value{shape: shape{kind: booleanKind}, parse: func(c *Config, g given) error {
		on, err := parseBoolean(g)
		*field(c) = !on
		return err
	}}
}

func integerValue(lo, hi int, field func(*Config) *int) value {
	return value{shape: shape{kind: integerKind, lo: int64(lo), hi: int64(hi)}, parse: func(c *Config, g given) error {
		n, err := strconv.ParseInt(strings.TrimSpace(g.text), 10, 64)
		if err != nil || n < int64(lo) || n > int64(hi) {
			return fmt.Errorf("%v is not a whole number from %d to %d; write one with decimal digits alone", g, lo, hi)
		}
		*field(c) = int(n)
		return nil
	}}
}

// windowValue reads the number of keys that are remembered. The field is NoKeyWindow for 0, since its zero value is the
// default.
func windowValue(hi int, field func(*Config) *int) value {
	v := integerValue(0, hi, field)
	parse := v.parse
	v.parse = func(c *Config, g given) error {
		err := parse(c, g)
		if err == nil && *field(c) == 0 {
			*field(c) = NoKeyWindow
		}
		return err
	}
	return v
}

// sizeValue reads bytes.
func sizeValue(atLeast int64, field func(*Config) *int64) value {
	return value{shape: shape{kind: sizeKind, lo: atLeast}, parse: func(c *Config, g given) error {
		n, ok := parseSize(g.text)
		if !ok {
			return fmt.Errorf("%v is not a size; write bytes, such as 1073741824, or a whole number of KiB, MiB, GiB or TiB, such as 1GiB", g)
		}
		if n < atLeast {
			return fmt.Errorf("%v is too little; it must be at least %d (%dMiB)", g, atLeast, atLeast>>20)
		}
		*field(c) = n
		return nil
	}}
}

func parseSize(text string) (int64, bool) {
	digits, shift := strings.TrimSpace(text), 0
	for i, unit := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if rest, ok := strings.CutSuffix(digits, unit); ok {
			digits, shift = strings.TrimSpace(rest), 10*(i+1)
			break
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n << shift, err == nil && n >= 0 && n <= math.MaxInt64>>shift
}

func parseDuration(g given) (time.Duration, error) {
	d, err := time.ParseDuration(strings.TrimSpace(g.text))
	if err != nil {
		return 0, fmt.Errorf("%v is not a duration; write numbers with units (ms, s, m, h), such as 100ms, 1m30s or 720h", g)
	}
	return d, nil
}

// parseInterval reads a duration with a lower bound, which is a whole number of milliseconds.
func parseInterval(g given, atLeast time.Duration) (time.Duration, error) {
	d, err := parseDuration(g)
	if err == nil && d < atLeast {
		err = fmt.Errorf("%v is too short; it must be at least %v", g, atLeast)
	}
	return d, err
}

func intervalValue(atLeast time.Duration, field func(*Config) *time.Duration) value {
	return value{shape: shape{kind: intervalKind, lo: int64(atLeast)}, parse: func(c *Config, g given) (err error) {
		*field(c), err = parseInterval(g, atLeast)
		return err
	}}
}

// intervalsValue reads intervals, by name.
func intervalsValue(atLeast time.Duration, field func(*Config) *map[string]time.Duration) value {
	return value{shape: shape{kind: intervalsKind, lo: int64(atLeast)}, entry: func(c *Config, name string, g given) error {
		d, err := parseInterval(g, atLeast)
		m := field(c)
		if *m == nil {
			*m = make(map[string]time.Duration)
		}
		(*m)[name] = d
		return err
	}}
}

// neverWord is the word for TTLNever.
const neverWord = "never"

func lifetimeValue(field func(*Config) *time.Duration) value {
	return value{shape: shape{kind: lifetimeKind, lo: int64(defaults.MinTTL)}, parse: func(c *Config, g given) error {
		if strings.EqualFold(strings.TrimSpace(g.text), neverWord) {
			*field(c) = TTLNever
			return nil
		}
		d, err := time.ParseDuration(strings.TrimSpace(g.text))
		if err != nil || d < 0 || !defaults.ValidTTL(d) {
			return fmt.Errorf("%v is no time to live; write whole seconds, from %v to %v (such as 720h), or %s, or 0s to leave the index of the collection as it is",
				g, defaults.MinTTL, defaults.MaxTTL, neverWord)
		}
		*field(c) = d
		return nil
	}}
}

// wordValue reads one of a few values by the word that its String method returns.
func wordValue[T fmt.Stringer](values []T, field func(*Config) *T) value {
	known := words.Of(values)
	return value{shape: shape{kind: wordKind, words: known}, parse: func(c *Config, g given) error {
		i := slices.Index(known, strings.ToLower(strings.TrimSpace(g.text)))
		if i < 0 {
			return fmt.Errorf("%v is not known; %s", g, g.suggest(known))
		}
		*field(c) = values[i]
		return nil
	}}
}

func listValue(field func(*Config) *[]string) value {
	return value{shape: shape{kind: listKind}, names: func(c *Config, names []string) { *field(c) = names }}
}

// checkedListValue reads a list whose entries must have a certain form.
func checkedListValue(entries valueKind, check func(given) error, set func(c *Config, names []string)) value {
	return value{shape: shape{kind: listKind, entries: entries}, names: set, check: check}
}

// checked returns the mistake in an entry of a list, or nil.
func (v value) checked(g given) error {
	if v.check == nil {
		return nil
	}
	return v.check(g)
}

func levelsValue(field func(*Config) **Levels) value {
	return value{shape: shape{kind: levelsKind, words: levelNames}, parse: func(c *Config, g given) error {
		l, errs := parseLevels(g.text)
		if len(errs) > 0 && g.from != "" {
			return fmt.Errorf("%v is wrong; write LEVEL or NAME=LEVEL with commas between them; known: %s", g, strings.Join(levelNames, ", "))
		}
		if len(errs) > 0 {
			problems := make([]string, len(errs))
			for i, err := range errs {
				problems[i] = err.Error()
			}
			return errors.New(strings.Join(problems, "; "))
		}
		*field(c) = l
		return nil
	}}
}
