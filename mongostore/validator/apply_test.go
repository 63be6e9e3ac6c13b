// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/mongostore/validator"
)

func of(t *testing.T, events string, options ...validator.Option) *validator.Validator {
	t.Helper()
	v, err := validator.New(servicetest.Map(t, "version: 1\non_violation: reject\nevents: "+events+"\n"), options...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const (
	ordered = "{ordered: {data: {n: {type: int, min: 1}}}}"
	twice   = "{ordered: {data: {n: {type: int, min: 2}}}, paid: {}}"
)

func TestApply(t *testing.T) {
	c := newCatalog(t)
	on := c.collection(t)
	apply := func(v *validator.Validator, ran string, want validator.Plan) {
		t.Helper()
		p, err := v.Apply(t.Context(), on)
		if err != nil {
			t.Fatal(err)
		}
		if done := c.ran(); done != ran || (p.Command == nil) != (ran == "") {
			t.Errorf("ran %q, want %q; %v", done, ran, p.Command)
		}
		p.Command = nil
		if diff := cmp.Diff(want, p); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if c.option("validationAction") != string(want.Action) || c.option("validationLevel") != string(want.Level) {
			t.Errorf("%v", c.options)
		}
	}
	apply(of(t, ordered), "create", validator.Plan{Added: []string{"ordered"}, Action: validator.Warn, Level: validator.Moderate})
	apply(of(t, ordered), "", validator.Plan{Action: validator.Warn, Level: validator.Moderate})
	apply(of(t, ordered, validator.WithAction(validator.Error), validator.WithLevel(validator.Strict)), "collmod", validator.Plan{Action: validator.Error, Level: validator.Strict})
	apply(of(t, twice), "collmod", validator.Plan{Added: []string{"paid"}, Changed: []string{"ordered"}, Action: validator.Error, Level: validator.Strict})
	apply(of(t, "{paid: {}}", validator.WithAction(validator.Warn)), "collmod", validator.Plan{Removed: []string{"ordered"}, Action: validator.Warn, Level: validator.Strict})

	p, err := validator.Remove(t.Context(), on, false)
	if err != nil || c.ran() != "collmod" || p.Command == nil || len(c.option("validator").(bson.D)) != 0 {
		t.Errorf("%+v, %v, %v", p, c.options, err)
	}
	if p, err := validator.Remove(t.Context(), on, false); err != nil || c.ran() != "" || p.Command != nil {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestPlanChangesNothing: a preview runs no command, and shows that which Apply runs.
func TestPlanChangesNothing(t *testing.T) {
	c := newCatalog(t)
	on := c.collection(t)
	for _, ran := range []string{"create", "collmod"} {
		v := of(t, map[string]string{"create": ordered, "collmod": twice}[ran])
		p, err := v.Plan(t.Context(), on)
		if err != nil || c.ran() != "" || !strings.EqualFold(p.Command[0].Key, ran) || p.Command[0].Value != "events" {
			t.Fatalf("%+v, %v", p, err)
		}
		done, err := v.Apply(t.Context(), on)
		if diff := cmp.Diff(p, done); diff != "" || err != nil || c.ran() != ran {
			t.Errorf("%v (-plan +done):\n%s", err, diff)
		}
	}
}

// TestServersThatAnswerOtherwise: what a server does with a validator is looked at afterwards.
func TestServersThatAnswerOtherwise(t *testing.T) {
	other := bson.D{{Key: "validator", Value: bson.D{{Key: "n", Value: bson.D{{Key: "$exists", Value: true}}}}}}
	for _, test := range []struct {
		name    string
		server  func(*catalog)
		ran     string
		want    error
		text    string
		options []validator.Option
	}{
		{name: "dropped by create, as DocumentDB does", server: func(c *catalog) { c.drops["create"] = true }, ran: "create collmod"},
		{name: "dropped by both", server: func(c *catalog) { c.drops["create"], c.drops["collmod"] = true, true }, ran: "create collmod", want: validator.ErrDropped},
		{name: "numbers come back as doubles", server: func(c *catalog) { c.doubles = true }, ran: "create"},
		{name: "created meanwhile", server: func(c *catalog) { c.before["create"] = func(c *catalog) { c.exists = true } }, ran: "create collmod"},
		{name: "an option that is not there", server: func(c *catalog) { c.refuse["create"] = wireserver.Failure(238, "NotImplemented") }, want: validator.ErrUnsupported},
		{
			name: "a command that is not there", want: validator.ErrUnsupported,
			server: func(c *catalog) { c.exists, c.refuse["collmod"] = true, wireserver.Failure(59, "CommandNotFound") },
		},
		{
			name: "not allowed", text: "Unauthorized",
			server: func(c *catalog) { c.exists, c.refuse["collmod"] = true, wireserver.Failure(13, "Unauthorized") },
		},
		{name: "a view", server: func(c *catalog) { c.exists, c.kind = true, "view" }, want: mongostore.ErrValidatorKept, text: "the collection is a view"},
		{name: "somebody's validator", server: func(c *catalog) { c.exists, c.options = true, other }, want: validator.ErrOther},
		{
			name: "somebody's validator, replaced", options: []validator.Option{validator.WithReplace()},
			server: func(c *catalog) { c.exists, c.options = true, other }, ran: "collmod",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCatalog(t)
			test.server(c)
			p, err := of(t, ordered, test.options...).Apply(t.Context(), c.collection(t))
			if !errors.Is(err, test.want) && test.want != nil || (err != nil) != (test.want != nil || test.text != "") || err != nil && !strings.Contains(err.Error(), test.text) {
				t.Errorf("%+v, %v", p, err)
			}
			if ran := c.ran(); ran != test.ran {
				t.Errorf("ran %q, want %q", ran, test.ran)
			}
			if kept := test.want != nil; errors.Is(err, mongostore.ErrValidatorKept) != kept {
				t.Errorf("%v: trying again changes nothing: %t", err, !kept)
			}
		})
	}
}

func TestRemoveWhatIsNotOurs(t *testing.T) {
	c := newCatalog(t)
	c.exists, c.options = true, bson.D{{Key: "validator", Value: bson.D{{Key: "n", Value: 1}}}}
	on := c.collection(t)
	if _, err := validator.Remove(t.Context(), on, false); !errors.Is(err, validator.ErrOther) || c.ran() != "" {
		t.Error(err)
	}
	if p, err := validator.PlanRemoval(t.Context(), on, true); err != nil || p.Command == nil || c.ran() != "" {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := validator.Remove(t.Context(), on, true); err != nil || c.ran() != "collmod" {
		t.Error(err)
	}
}

// TestEnsure: a service that starts takes no check away from another one.
func TestEnsure(t *testing.T) {
	c := newCatalog(t)
	on := c.collection(t)
	for _, step := range []struct {
		name      string
		validator *validator.Validator
		ran, want string
	}{
		{"a new collection", of(t, ordered), "create", ""},
		{"the same again", of(t, ordered), "", ""},
		{"a later map", of(t, twice), "collmod", ""},
		{"another service", of(t, "{billed: {}}"), "", `("ordered", "paid")`},
		{"both maps", of(t, twice, validator.WithMaps(servicetest.Map(t, "version: 1\non_violation: reject\nevents: {billed: {}}\n"))), "collmod", ""},
		{"another service, which has its part", of(t, "{billed: {}}"), "", ""},
		{"another service, with another action", of(t, "{billed: {}}", validator.WithAction(validator.Error)), "", `("ordered", "paid")`},
		{"a service with nothing to check", of(t, "{seen: {on_violation: count}}"), "", ""},
		{"another service, with an event that is no longer checked", of(t, "{billed: {}, paid: {on_violation: count}}"), "", `("ordered")`},
		{"an event that is no longer checked", of(t, "{billed: {}, ordered: {on_violation: count}, paid: {}}"), "collmod", ""},
		{"no event that is checked", of(t, "{billed: {on_violation: count}, paid: {on_violation: omit}}"), "collmod", ""},
		{"none, and nothing to check", of(t, "{seen: {on_violation: count}}"), "", ""},
	} {
		changed, err := step.validator.Ensure(t.Context(), on)
		if ran := c.ran(); ran != step.ran || changed != (ran != "") {
			t.Errorf("%s: ran %q, want %q; changed: %t", step.name, ran, step.ran, changed)
		}
		if (err != nil) != (step.want != "") || err != nil && (!strings.Contains(err.Error(), step.want) || !errors.Is(err, mongostore.ErrValidatorKept)) {
			t.Errorf("%s: %v, want %q", step.name, err, step.want)
		}
	}
	c.options = bson.D{{Key: "validator", Value: bson.D{{Key: "n", Value: 1}}}}
	if _, err := of(t, ordered).Ensure(t.Context(), on); !errors.Is(err, validator.ErrOther) || c.ran() != "" {
		t.Error(err)
	}
}

// TestRealServer: FerretDB has no validators, and says so. A server that has them refuses a document.
func TestRealServer(t *testing.T) {
	server := mongotest.Start(t)
	on := server.Database(t).Collection("events")
	_, err := of(t, ordered, validator.WithAction(validator.Error)).Apply(t.Context(), on)
	if server.CanStop() {
		if !errors.Is(err, validator.ErrUnsupported) {
			t.Errorf("%v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	doc := func(n any) bson.D {
		return bson.D{
			{Key: "user_id", Value: "u"},
			{Key: "event_type", Value: "ordered"},
			{Key: "timestamp", Value: bson.DateTime(1)},
			{Key: "received_at", Value: bson.DateTime(1)},
			{Key: "event_data", Value: bson.D{{Key: "n", Value: n}}},
		}
	}
	if _, err := on.InsertOne(t.Context(), doc(1)); err != nil {
		t.Error(err)
	}
	var write mongo.WriteException
	if _, err := on.InsertOne(t.Context(), doc(0.5)); !errors.As(err, &write) || !write.HasErrorCode(121) {
		t.Errorf("a document that violates the map: %v", err)
	}
	if _, err := validator.Remove(t.Context(), on, false); err != nil {
		t.Error(err)
	}
	if _, err := on.InsertOne(t.Context(), doc(0.5)); err != nil {
		t.Error(err)
	}
}
