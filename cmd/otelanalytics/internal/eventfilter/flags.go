// SPDX-License-Identifier: Apache-2.0

package eventfilter

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// Flags are the flags that choose events.
type Flags struct {
	cmd       *cobra.Command
	user      string
	anonymous bool
	kind      string
	mapFile   string
	from, to  instant
}

// Add gives a command the flags.
func Add(cmd *cobra.Command) *Flags {
	f := &Flags{cmd: cmd}
	set := cmd.Flags()
	set.StringVar(&f.user, "user", "", "events of the user with this `id`")
	set.BoolVar(&f.anonymous, "anonymous", false, "events without a user")
	set.StringVar(&f.kind, "type", "", "events of this `type`, and of its earlier names")
	set.StringVar(&f.mapFile, "map", "", "the event map, a `file` with the earlier names of types; by default the configuration's event_map")
	set.Var(&f.from, "from", "events that happened at this `time` or later: 2026-07-01T12:00:00Z, 2026-07-01 (UTC), or an age: 90m, 24h, 7d, 2w")
	set.Var(&f.to, "to", "events that happened before this `time`, written as for --from")
	for _, name := range []string{"user", "type", "from", "to"} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions) // the flag exists
	}
	_ = cmd.RegisterFlagCompletionFunc("map", cli.CompleteMaps)
	return f
}

// Filter returns what the flags say. Its mistakes name the flags.
func (f *Flags) Filter() (mongostore.Filter, error) {
	switch {
	case f.anonymous && f.user != "":
		return mongostore.Filter{}, cli.Usagef("--user and --anonymous are both given; events without a user have no user")
	case f.user == "" && f.cmd.Flags().Changed("user"):
		return mongostore.Filter{}, cli.Usagef("--user is empty; --anonymous chooses the events without a user")
	case !f.from.IsZero() && !f.to.IsZero() && !f.from.Before(f.to.Time):
		return mongostore.Filter{}, cli.Usagef("--from is %s and --to is %s; --from must be earlier", &f.from, &f.to)
	}
	return mongostore.Filter{UserID: f.user, Anonymous: f.anonymous, Type: f.kind, From: f.from.Time, To: f.to.Time}, nil
}

// Range is the flags --from and --to of a command that needs both.
type Range struct{ from, to instant }

// AddRange gives a command the flags.
func AddRange(cmd *cobra.Command) *Range {
	r := &Range{}
	cmd.Flags().Var(&r.from, "from", "the `time` at which the range begins: 2026-07-01T12:00:00Z, 2026-07-01 (UTC), or an age: 90m, 24h, 7d, 2w")
	cmd.Flags().Var(&r.to, "to", "the `time` before which the range ends, written as for --from")
	for _, name := range []string{"from", "to"} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions) // the flag exists
	}
	return r
}

// Check reports what is wrong with the flags.
func (r *Range) Check() error {
	switch {
	case r.from.IsZero() || r.to.IsZero():
		return cli.Usagef("--from and --to are both needed; write times such as 2026-07-01 or 2026-07-01T12:00:00Z")
	case !r.from.Before(r.to.Time):
		return cli.Usagef("--from is %s and --to is %s; --from must be earlier", &r.from, &r.to)
	}
	return nil
}

// From returns the beginning, which belongs to the range.
func (r *Range) From() time.Time { return r.from.Time }

// To returns the end, which does not belong to the range.
func (r *Range) To() time.Time { return r.to.Time }
