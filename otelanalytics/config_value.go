// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// form is what YAML must take a value for.
type form uint8

const (
	anyForm     form = iota // parse decides
	textForm                // text: a number needs quotes
	secretForm              // text that no message repeats
	booleanForm             // true or false
	integerForm             // a whole number, without quotes
	listForm                // a list of text
)

// value reads a setting's value into a Config.
type value struct {
	form  form
	parse func(c *Config, text string) error // says what is wrong with it, and what would be right
	names func(c *Config, names []string)    // in place of parse, for lists
}

// set reads a value as it is written in the environment, where a list has commas, and what is empty
// between them does not count.
func (v value) set(c *Config, text string) error {
	if v.form != listForm {
		return v.parse(c, text)
	}
	names := strings.Split(text, ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
	}
	v.names(c, slices.DeleteFunc(names, func(name string) bool { return name == "" }))
	return nil
}

// quoted repeats a value in a message, on one line and not too long. What looks like a connection string
// that went into the wrong place is not repeated, since it may hold a password.
func quoted(text string) string {
	if strings.Contains(text, "://") {
		return "a URI (not shown)"
	}
	return strconv.Quote(shortened(text))
}

func textValue(field func(*Config) *string) value {
	return value{form: textForm, parse: func(c *Config, text string) error {
		*field(c) = text
		return nil
	}}
}

func uriValue(field func(*Config) *Secret) value {
	return value{form: secretForm, parse: func(c *Config, text string) error {
		if !strings.HasPrefix(text, "mongodb://") && !strings.HasPrefix(text, "mongodb+srv://") {
			return errors.New("the value (not shown) is not a connection string; write one that begins with mongodb:// or mongodb+srv://")
		}
		*field(c) = Secret(text)
		return nil
	}}
}

func keyValue(atLeast int, field func(*Config) *Secret) value {
	return value{form: secretForm, parse: func(c *Config, text string) error {
		if len(text) < atLeast {
			return fmt.Errorf("the key (not shown) has %d bytes; it must have at least %d", len(text), atLeast)
		}
		*field(c) = Secret(text)
		return nil
	}}
}

func parseBoolean(text string) (bool, error) {
	switch text = strings.TrimSpace(text); {
	case strings.EqualFold(text, "true"):
		return true, nil
	case strings.EqualFold(text, "false"):
		return false, nil
	}
	return false, fmt.Errorf("%s is neither true nor false; write true or false", quoted(text))
}

func booleanValue(field func(*Config) *bool) value {
	return value{form: booleanForm, parse: func(c *Config, text string) (err error) {
		*field(c), err = parseBoolean(text)
		return err
	}}
}

// negated is for what is on in configuration, where the zero value of the field has to be on.
func negatedValue(field func(*Config) *bool) value {
	return value{form: booleanForm, parse: func(c *Config, text string) error {
		on, err := parseBoolean(text)
		*field(c) = !on
		return err
	}}
}

func integerValue(lo, hi int, field func(*Config) *int) value {
	return value{form: integerForm, parse: func(c *Config, text string) error {
		n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		if err != nil || n < int64(lo) || n > int64(hi) {
			return fmt.Errorf("%s is not a whole number from %d to %d; write one with decimal digits alone", quoted(text), lo, hi)
		}
		*field(c) = int(n)
		return nil
	}}
}

// size reads bytes.
func sizeValue(atLeast int64, field func(*Config) *int64) value {
	return value{parse: func(c *Config, text string) error {
		n, ok := parseSize(text)
		if !ok {
			return fmt.Errorf("%s is not a size; write bytes, such as 1073741824, or a whole number of KiB, MiB, GiB or TiB, such as 1GiB", quoted(text))
		}
		if n < atLeast {
			return fmt.Errorf("%s is too little; it must be at least %d (%dMiB)", quoted(text), atLeast, atLeast>>20)
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

func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(strings.TrimSpace(text))
	if err != nil {
		return 0, fmt.Errorf("%s is not a duration; write numbers with units (ms, s, m, h), such as 100ms, 1m30s or 720h", quoted(text))
	}
	return d, nil
}

func intervalValue(field func(*Config) *time.Duration) value {
	return value{parse: func(c *Config, text string) error {
		d, err := parseDuration(text)
		if err == nil && d < time.Millisecond {
			err = fmt.Errorf("%s is too short; it must be at least 1ms", quoted(text))
		}
		*field(c) = d
		return err
	}}
}

func lifetimeValue(field func(*Config) *time.Duration) value {
	return value{parse: func(c *Config, text string) error {
		d, err := parseDuration(text)
		if err == nil && d != 0 && d < time.Second {
			err = fmt.Errorf("%s is too short; it must be 0s, for ever, or at least 1s", quoted(text))
		}
		*field(c) = d
		return err
	}}
}

// word reads one of a few known words.
func wordValue[T any](known []string, values []T, field func(*Config) *T) value {
	return value{parse: func(c *Config, text string) error {
		i := slices.Index(known, strings.ToLower(strings.TrimSpace(text)))
		if i < 0 {
			return fmt.Errorf("%s is not known; %s", quoted(text), suggest(text, known))
		}
		*field(c) = values[i]
		return nil
	}}
}

func listValue(field func(*Config) *[]string) value {
	return value{form: listForm, names: func(c *Config, names []string) { *field(c) = names }}
}

func levelsValue(field func(*Config) **Levels) value {
	return value{parse: func(c *Config, text string) error {
		l, errs := parseLevels(text)
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
