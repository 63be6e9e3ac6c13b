// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/mongostore/validator"
)

// in returns the options of a collection that has this validator.
func in(validatorDocument bson.D) bson.D {
	return bson.D{{Key: "validator", Value: validatorDocument}, {Key: "validationLevel", Value: "moderate"}, {Key: "validationAction", Value: "warn"}}
}

// somebodys is a validator that no event map made.
var somebodys = bson.D{{Key: "n", Value: bson.D{{Key: "$exists", Value: true}}}}

// TestAnotherProcessCreatesTheCollection: what another process gave the collection is looked at as anything that was there before.
func TestAnotherProcessCreatesTheCollection(t *testing.T) {
	ensure := func(t *testing.T, v *validator.Validator, c *catalog) (bool, error) {
		return v.Ensure(t.Context(), c.collection(t))
	}
	apply := func(t *testing.T, v *validator.Validator, c *catalog) (bool, error) {
		p, err := v.Apply(t.Context(), c.collection(t))
		return p.Command != nil, err
	}
	for _, test := range []struct {
		name    string
		do      func(*testing.T, *validator.Validator, *catalog) (bool, error)
		theirs  bson.D
		options []validator.Option
		ran     string
		want    error  // nil: none
		text    string // of the error
	}{
		{name: "a start, no validator", do: ensure, ran: "create collmod"},
		{name: "a start, the same validator", do: ensure, theirs: of(t, ordered).Document(), ran: "create"},
		{name: "a start, that of an earlier map", do: ensure, theirs: of(t, "{ordered: {}}").Document(), ran: "create collmod"},
		{name: "a start, that of another service", do: ensure, theirs: of(t, "{billed: {}}").Document(), ran: "create", want: mongostore.ErrValidatorKept, text: `("billed")`},
		{name: "a start, somebody's", do: ensure, theirs: somebodys, ran: "create", want: validator.ErrOther},
		{name: "an apply, that of another service", do: apply, theirs: of(t, "{billed: {}}").Document(), ran: "create collmod"},
		{name: "an apply, somebody's", do: apply, theirs: somebodys, ran: "create", want: validator.ErrOther},
		{name: "an apply that replaces, somebody's", do: apply, theirs: somebodys, options: []validator.Option{validator.WithReplace()}, ran: "create collmod"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCatalog(t)
			c.before["create"] = func(c *catalog) {
				if c.exists = true; test.theirs != nil {
					c.options = in(test.theirs)
				}
			}
			changed, err := test.do(t, of(t, ordered, test.options...), c)
			if ran := c.ran(); ran != test.ran || changed != strings.HasSuffix(ran, "collmod") {
				t.Errorf("ran %q, want %q; changed: %t", ran, test.ran, changed)
			}
			if (err != nil) != (test.want != nil) || err != nil && (!errors.Is(err, test.want) || !strings.Contains(err.Error(), test.text)) {
				t.Errorf("%v, want %v, %s", err, test.want, test.text)
			}
			if test.want != nil {
				if diff := cmp.Diff(bsonText(t, test.theirs), bsonText(t, c.option("validator"))); diff != "" {
					t.Errorf("the validator changed (-theirs +now):\n%s", diff)
				}
			}
		})
	}
}

// TestAnApplyNamesWhatItTookFromAnotherProcess: the plan is that of the collection as the other process made it.
func TestAnApplyNamesWhatItTookFromAnotherProcess(t *testing.T) {
	c := newCatalog(t)
	c.before["create"] = func(c *catalog) { c.exists, c.options = true, in(of(t, "{billed: {}}").Document()) }
	p, err := of(t, ordered).Apply(t.Context(), c.collection(t))
	p.Command = nil
	want := validator.Plan{Added: []string{"ordered"}, Removed: []string{"billed"}, Action: validator.Warn, Level: validator.Moderate}
	if diff := cmp.Diff(want, p); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// TestAnotherProcessCreatesAndDropsTheCollection: the call ends with the validator in force, on a server that create drops it of, too.
func TestAnotherProcessCreatesAndDropsTheCollection(t *testing.T) {
	c := newCatalog(t)
	c.drops["create"] = true
	c.before["create"] = func(c *catalog) {
		c.exists = true
		c.after["create"] = func(c *catalog) { c.exists = false }
	}
	if p, err := of(t, ordered).Apply(t.Context(), c.collection(t)); err != nil || p.Command == nil || c.ran() != "create create collmod" {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestAnotherProcessChangesTheValidator: MongoDB has no conditional collMod, so that the last look tells who lost.
func TestAnotherProcessChangesTheValidator(t *testing.T) {
	c := newCatalog(t)
	c.exists = true
	c.after["collmod"] = func(c *catalog) { c.options = in(of(t, "{billed: {}}").Document()) }
	if changed, err := of(t, ordered).Ensure(t.Context(), c.collection(t)); changed || !errors.Is(err, mongostore.ErrValidatorKept) || !strings.Contains(err.Error(), `("billed")`) {
		t.Errorf("a start: %t, %v", changed, err)
	}
	c.after["collmod"] = func(c *catalog) { c.options = in(of(t, "{billed: {}}").Document()) }
	_, err := of(t, ordered).Apply(t.Context(), c.collection(t))
	if !errors.Is(err, mongostore.ErrValidatorKept) || errors.Is(err, validator.ErrDropped) || !strings.Contains(err.Error(), "another process") {
		t.Errorf("an apply: %v", err)
	}
}

func bsonText(t *testing.T, document any) string {
	t.Helper()
	text, err := bson.MarshalExtJSON(document, false, false)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
