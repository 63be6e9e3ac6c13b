// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// environ reads environment variables, and collects the mistakes in them. An empty variable counts as unset
// (OpenTelemetry environment variable specification). The exporters and the SDK read most of them again by themselves,
// and ignore values that they do not understand. So environ refuses such values first.
type environ struct{ errs []error }

// get returns a variable's value. Space around it is part of it: the SDK and the exporters do not agree on that.
func (*environ) get(name string) string { return os.Getenv(name) }

// line is get for a variable whose readers all leave out a line break at its end: a Secret of Kubernetes often has one.
func (e *environ) line(name string) string { return words.WithoutNewline(e.get(name)) }

// mistake notes a mistake in a variable. It shows the value, which must not be secret.
func (e *environ) mistake(name, value, right string) {
	e.errs = append(e.errs, fmt.Errorf("%s=%q: %s", name, words.Short(value), right))
}

// word returns a variable that has one of the known values, and standard when it is unset.
func (e *environ) word(name, standard string, known ...string) string {
	value := e.get(name)
	if value == "" {
		return standard
	}
	if !slices.Contains(known, value) {
		e.mistake(name, value, "is not known; known: "+strings.Join(known, ", "))
		return standard
	}
	return value
}

// words is word for a comma-separated list. A value may occur once.
func (e *environ) words(name, standard string, known ...string) []string {
	value := e.get(name)
	if value == "" {
		value = standard
	}
	var list []string
	for item := range strings.SplitSeq(value, ",") {
		item = strings.TrimSpace(item)
		switch {
		case !slices.Contains(known, item):
			e.mistake(name, value, fmt.Sprintf("%q is not known; known, alone or in a comma-separated list: %s", words.Short(item), strings.Join(known, ", ")))
		case slices.Contains(list, item):
			e.mistake(name, value, fmt.Sprintf("%q is there twice", item))
		default:
			list = append(list, item)
		}
	}
	return list
}

// boolean returns a variable that is true or false.
func (e *environ) boolean(name string, standard bool) bool {
	switch value := e.get(name); {
	case value == "":
		return standard
	case strings.EqualFold(value, "true"):
		return true
	case strings.EqualFold(value, "false"):
		return false
	default:
		e.mistake(name, value, "is not known; known: true, false")
		return standard
	}
}

// number checks a variable that is a whole number from least to most, and returns it, or standard when it is unset.
func (e *environ) number(name string, standard, least, most int, unit string) int {
	value := e.get(name)
	if value == "" {
		return standard
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		e.mistake(name, value, fmt.Sprintf("must be a whole number%s from %d to %d", unit, least, most))
		return standard
	}
	return n
}

// milliseconds checks a variable that is a duration in the form that the specification defines.
func (e *environ) milliseconds(name string) {
	e.number(name, 0, 1, 24*60*60*1000, " of milliseconds, without a unit,")
}

// err returns all mistakes, each once: signals share variables.
func (e *environ) err() error {
	seen := map[string]bool{}
	return errors.Join(slices.DeleteFunc(e.errs, func(err error) bool {
		again := seen[err.Error()]
		seen[err.Error()] = true
		return again
	})...)
}
