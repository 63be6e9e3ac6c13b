// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// Plan is the change that gives a collection a validator, or removes it.
type Plan struct {
	// Command is the command create or collMod. It is nil when no change is needed.
	Command bson.D
	// Added, Changed and Removed are names of events: the differences from the present validator.
	Added, Changed, Removed []string
	// Action and Level are in force after the change.
	Action Action
	Level  Level
}

// Plan compares the validator with the collection's validator, and changes nothing. The collection may not exist yet. A validator
// that this package did not make is ErrOther, unless the options include [WithReplace].
func (v *Validator) Plan(ctx context.Context, on *mongo.Collection) (Plan, error) {
	have, err := look(ctx, on)
	if err != nil {
		return Plan{}, err
	}
	return v.plan(have, on.Name())
}

func (v *Validator) plan(have state, collection string) (Plan, error) {
	if have.document != nil && !have.ours() && !v.config.replace {
		return Plan{}, ErrOther
	}
	var kept state // what is kept unless the options say otherwise
	if have.ours() {
		kept = have
	}
	p := Plan{Action: cmp.Or(v.config.action, kept.action, Warn), Level: cmp.Or(v.config.level, kept.level, Moderate)}
	want, err := v.marshalled()
	if err != nil {
		return Plan{}, err
	}
	before, after := have.branches(), want.branches()
	for name, b := range after {
		switch old, there := before[name]; {
		case !there:
			p.Added = append(p.Added, name)
		case !sameDocument(old, b):
			p.Changed = append(p.Changed, name)
		}
	}
	for name := range before {
		if _, there := after[name]; !there {
			p.Removed = append(p.Removed, name)
		}
	}
	for _, names := range [][]string{p.Added, p.Changed, p.Removed} {
		slices.Sort(names)
	}
	if !v.inForce(have, want, p) {
		p.Command = command("collMod", collection, want.document, p.Level, p.Action)
		if !have.exists {
			p.Command[0].Key = "create"
		}
	}
	return p, nil
}

// inForce reports whether a collection has the validator. The description, with the hashes of the maps, does not matter.
func (v *Validator) inForce(have, want state, p Plan) bool {
	if len(v.branches) == 0 {
		return have.document == nil
	}
	branches := func(s state) bson.RawValue { return s.document.Lookup(schemaKey, "allOf") }
	return have.ours() && have.action == p.Action && have.level == p.Level && same(branches(have), branches(want))
}

func (v *Validator) marshalled() (state, error) {
	document, err := bson.Marshal(v.Document())
	return state{document: document}, err
}

func command(name, collection string, document bson.Raw, level Level, action Action) bson.D {
	return bson.D{
		{Key: name, Value: collection},
		{Key: "validator", Value: document},
		{Key: "validationLevel", Value: string(level)},
		{Key: "validationAction", Value: string(action)},
	}
}

// Apply puts the validator into effect, and returns the change. If the collection does not exist, Apply creates it with the
// validator. When another process creates the collection first, Apply plans again from the new state.
//
// Afterwards Apply asks the server for the validator. If it is missing, Apply sends collMod once more. If it is still missing, the
// error is ErrDropped.
//
// The account needs the actions listCollections, createCollection and collMod on the collection. The role dbAdmin includes them.
func (v *Validator) Apply(ctx context.Context, on *mongo.Collection) (Plan, error) {
	return bring(ctx, on, v.plan)
}

// maxLooks bounds the looks of one call: other processes may create and drop the collection meanwhile.
const maxLooks = 5

// bring runs what plan says until there is nothing left to do. Each command comes from a look of its own: a process beside this one
// may have changed the collection since. It returns the first plan that changed something.
func bring(ctx context.Context, on *mongo.Collection, plan func(have state, collection string) (Plan, error)) (Plan, error) {
	var done Plan
	modified := false
	for range maxLooks {
		have, err := look(ctx, on)
		if err != nil {
			return Plan{}, err
		}
		p, err := plan(have, on.Name())
		switch {
		case err != nil:
			return Plan{}, err
		case p.Command == nil && done.Command == nil:
			return p, nil
		case p.Command == nil:
			return done, nil
		case modified && have.document == nil:
			return done, ErrDropped
		case modified:
			return done, errChanged
		}
		err = run(ctx, on, p.Command)
		if !have.exists && hasCode(err, namespaceExists) {
			continue
		}
		if err != nil {
			return Plan{}, err
		}
		modified = have.exists
		if done.Command == nil {
			done = p
		}
	}
	return done, errChanged
}

func run(ctx context.Context, on *mongo.Collection, command bson.D) error {
	return unsupported(on.Database().RunCommand(ctx, command).Err())
}

// PlanRemoval is [Validator.Plan] for the removal of a collection's validator. With other, it also removes a validator that this
// package did not make.
func PlanRemoval(ctx context.Context, on *mongo.Collection, other bool) (Plan, error) {
	have, err := look(ctx, on)
	if err != nil {
		return Plan{}, err
	}
	none := &Validator{config: config{replace: other}}
	p, err := none.plan(have, on.Name())
	return removal(p, on.Name()), err
}

// removal makes a plan one that leaves no validator.
func removal(p Plan, collection string) Plan {
	p.Action, p.Level = Error, Strict // MongoDB's defaults, for whoever has a validator next
	if p.Command != nil {
		p.Command = command("collMod", collection, bson.Raw(empty), p.Level, p.Action)
	}
	return p
}

// Remove removes the validator of a collection, and returns the change. A collection without a validator is not an error. A
// validator that this package did not make is ErrOther, unless other is true.
func Remove(ctx context.Context, on *mongo.Collection, other bool) (Plan, error) {
	p, err := PlanRemoval(ctx, on, other)
	if err != nil || p.Command == nil {
		return p, err
	}
	return p, run(ctx, on, p.Command)
}

// Ensure is [Validator.Apply] for a service that starts. It reports whether it changed something.
//
// A collection has one validator, and other services may write to it. If the present validator has events that none of the maps
// declares, it stays, and the error is [mongostore.ErrValidatorKept]. In that case, give all maps to one validator, with [WithMaps]
// or by the command otelanalytics generate validator --apply. If the present validator has all rules of this one, there is no error.
//
// MongoDB has no conditional collMod. When two services give an existing collection its first validator at the same moment, the
// later one wins. The next start of the other service returns the error.
func (v *Validator) Ensure(ctx context.Context, on *mongo.Collection) (changed bool, err error) {
	p, err := bring(ctx, on, v.careful)
	return err == nil && p.Command != nil, err
}

// careful is plan for a service that starts: it takes away nothing of others.
func (v *Validator) careful(have state, collection string) (Plan, error) {
	if len(v.branches) == 0 && !have.ours() {
		return Plan{}, nil
	}
	p, err := v.plan(have, collection)
	if err != nil || p.Command == nil {
		return p, err
	}
	var foreign []string
	for _, name := range p.Removed {
		if !slices.Contains(v.names, name) {
			foreign = append(foreign, fmt.Sprintf("%q", name))
		}
	}
	switch {
	case len(foreign) == 0:
		if len(v.branches) == 0 {
			p = removal(p, collection)
		}
		return p, nil
	case len(p.Added)+len(p.Changed) == 0 && len(p.Removed) == len(foreign) && have.action == p.Action && have.level == p.Level:
		return Plan{}, nil
	}
	const shown = 5
	if more := len(foreign) - shown; more > 0 {
		foreign = append(foreign[:shown], fmt.Sprintf("and %d more", more))
	}
	return Plan{}, keptError("the collection's validator is about events that this service's map does not declare (" + strings.Join(foreign, ", ") +
		"): apply that of all maps with otelanalytics generate validator --apply")
}
