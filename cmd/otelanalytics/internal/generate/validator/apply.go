// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/mongostore/validator"
)

// result is what the output says of a collection.
type result struct {
	Collection string          `json:"collection"`
	Status     string          `json:"status"` // unchanged, applied, removed; would apply, would remove
	Action     string          `json:"action"`
	Level      string          `json:"level"`
	Added      []string        `json:"added"`
	Changed    []string        `json:"changed"`
	Removed    []string        `json:"removed"`
	Command    json.RawMessage `json:"command,omitempty"` // of a dry run
}

type plan func(context.Context, *mongo.Collection) (validator.Plan, error)

func (c *command) runApply(cmd *cobra.Command, paths []string) error {
	v, err := c.validator(cmd, paths)
	if err != nil {
		return err
	}
	if c.dryRun {
		return c.change(cmd, v.Plan, "would apply")
	}
	return c.change(cmd, v.Apply, "applied")
}

func (c *command) runRemove(cmd *cobra.Command) error {
	if c.dryRun {
		return c.change(cmd, func(ctx context.Context, on *mongo.Collection) (validator.Plan, error) {
			return validator.PlanRemoval(ctx, on, c.replace)
		}, "would remove")
	}
	return c.change(cmd, func(ctx context.Context, on *mongo.Collection) (validator.Plan, error) {
		return validator.Remove(ctx, on, c.replace)
	}, "removed")
}

// change runs what changes the collection, or only looks, and prints what it has done.
func (c *command) change(cmd *cobra.Command, do plan, status string) error {
	config, db, err := c.deployment.Connect(cmd.Context())
	if err != nil {
		return err
	}
	defer db.Close()
	p, err := do(cmd.Context(), db.Collection)
	switch {
	case errors.Is(err, validator.ErrOther):
		return cli.Failedf("%v: --replace", err)
	case errors.Is(err, mongostore.ErrValidatorKept):
		return cli.Failedf("%v", err)
	case err != nil:
		return db.Error("the validator", err)
	}
	r := result{
		Collection: config.Database + "." + config.Collection, Status: status, Action: string(p.Action), Level: string(p.Level),
		Added: list(p.Added), Changed: list(p.Changed), Removed: list(p.Removed),
	}
	if p.Command == nil {
		r.Status = "unchanged"
	} else if c.dryRun {
		if r.Command, err = bson.MarshalExtJSON(p.Command, false, false); err != nil {
			return err
		}
	}
	return cli.Print(cmd, r, func(t *cli.Text) {
		t.Printf("%s: %s, action %s, level %s\n", r.Collection, r.Status, r.Action, r.Level)
		for _, line := range []struct {
			word  string
			names []string
		}{{"added", r.Added}, {"changed", r.Changed}, {"removed", r.Removed}} {
			if len(line.names) > 0 {
				t.Printf("%s: %s\n", line.word, strings.Join(line.names, ", "))
			}
		}
		if r.Command != nil {
			t.Printf("%s\n", string(r.Command))
		}
	})
}

// list has no null in JSON.
func list(names []string) []string { return append([]string{}, names...) }
