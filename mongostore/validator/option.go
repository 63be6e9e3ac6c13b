// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"errors"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// Option changes the validator that [New] makes.
type Option interface{ apply(*config) error }

type config struct {
	maps   []*eventmap.Map // further ones
	action Action          // empty: that in force, or Warn
	level  Level           // empty: that in force, or Moderate

	replace bool // a validator of somebody else is replaced, too
}

type option func(*config) error

func (o option) apply(c *config) error { return o(c) }

// newConfig applies the options. The error has all mistakes.
func newConfig(options []Option) (config, error) {
	var c config
	var errs []error
	for _, o := range options {
		errs = append(errs, o.apply(&c))
	}
	return c, errors.Join(errs...)
}

// WithAction sets the server's action for a document that does not pass. Without it, the collection keeps its action if it has
// a validator of this package, and otherwise has [Warn].
func WithAction(a Action) Option {
	return option(func(c *config) error {
		if a != Warn && a != Error {
			return fmt.Errorf("validator: the action %q is not known; take Warn or Error", a)
		}
		c.action = a
		return nil
	})
}

// WithLevel sets which writes the server checks. Without it, the collection keeps its level if it has a validator of this
// package, and otherwise has [Moderate].
func WithLevel(l Level) Option {
	return option(func(c *config) error {
		if l != Moderate && l != Strict {
			return fmt.Errorf("validator: the level %q is not known; take Moderate or Strict", l)
		}
		c.level = l
		return nil
	})
}

// WithMaps adds the event maps of other services that write to the same collection, which has one validator for all. Two maps must
// not declare the same event type.
func WithMaps(maps ...*eventmap.Map) Option {
	return option(func(c *config) error {
		c.maps = append(c.maps, maps...)
		return nil
	})
}

// WithReplace lets [Validator.Apply] replace a validator that this package did not make.
func WithReplace() Option {
	return option(func(c *config) error {
		c.replace = true
		return nil
	})
}
