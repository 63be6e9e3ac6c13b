// SPDX-License-Identifier: Apache-2.0

package infer

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/eventfilter"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/draft"
)

// settings are the flags.
type settings struct {
	deployment                      *connect.Flags
	span                            *eventfilter.Range
	types                           []string
	sample                          uint64
	fields                          int
	typeField, dataField, userField string
	skipBroken                      bool
	out                             string
	importers                       []*importer
}

// aboutMongoDB are the flags that say which events of which deployment are looked at.
var aboutMongoDB = []string{"from", "to", "uri", "config", "database", "collection"}

// New returns the command infer.
func New() *cobra.Command {
	s := &settings{importers: importers()}
	cmd := &cobra.Command{
		Use:   "infer [FILE.jsonl]",
		Short: "Write a first event map from events that are there, or from a tracking plan",
		Long: `Write a first event map from existing events: from MongoDB, or from a file of JSON objects, one a line. The file may
be compressed by gzip; - is the standard input. The command also reads the plans of other tools: --segment-plan,
--rudderstack-plan, --semconv. The parts of a plan that a map cannot express are listed on the standard error and in
a comment.

The map declares the event types and their fields, with types. Comments state how often each field is there. Read it
before you use it.

- The values of a field are written when at least 20 users sent each of them and the field does not look personal.
  Otherwise the comment has their number.
- A field that looks like personal data, by its name or by the form of its values, gets redact: drop. The comment
  has the reason.
- Metrics are proposed in lines that begin with "#: ". Remove that, and the line is part of the map.

The same events give the same bytes, in any order. Memory is bounded: fields, keys or values beyond the bounds are
counted and not kept.

The command looks for an event type in event_type, event, event_name and type. It looks for the data in event_data,
properties, traits, payload and data, and for the user in user_id, userId, distinct_id, anonymous_id and
anonymousId. Flags name other places.

` + connect.Help,
		Example: `  otelanalytics infer events.jsonl > events.yaml
  otelanalytics infer --config otelanalytics.yaml --from 30d --sample 10 --out events.yaml
  otelanalytics infer --type-field event --data-field payload --user-field payload.sender.login webhooks.jsonl.gz
  otelanalytics infer --segment-plan plan.json --out events.yaml
  otelanalytics infer --rudderstack-plan tracking-plan.yaml --rudderstack-plan properties.yaml --rudderstack-plan events.yaml
  otelanalytics infer --semconv model/app/events.yaml --semconv model/app/registry.yaml`,
		Args:              cli.Args(0, 1, "FILE.jsonl, a file of events,"),
		ValidArgsFunction: completeFiles,
		RunE:              func(cmd *cobra.Command, args []string) error { return s.run(cmd, args) },
	}
	s.deployment = connect.AddFlags(cmd)
	s.span = eventfilter.AddRange(cmd)
	set := cmd.Flags()
	// The URI has the name that it has in the configuration, too.
	set.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "mongodb-uri" {
			name = "uri"
		}
		return pflag.NormalizedName(name)
	})
	set.StringArrayVar(&s.types, "type", nil, "only events of this `type`; may be given several times")
	set.Uint64Var(&s.sample, "sample", 1, "read one event in `N`, chosen by a hash of its _id")
	set.IntVar(&s.fields, "fields", 200, "declare at most `N` fields of an event; the deepest are left out, then the rarest")
	set.StringVar(&s.typeField, "type-field", "", "the `path` of the event type in an object of the file")
	set.StringVar(&s.dataField, "data-field", "", "the `path` of the data in an object of the file; . is the object itself")
	set.StringVar(&s.userField, "user-field", "", "the `path` of the user in an object of the file")
	set.BoolVar(&s.skipBroken, "skip-broken", false, "skip lines of the file that are not events, and count them")
	set.StringVar(&s.out, "out", "-", "`file` to write; - is the standard output")
	for _, name := range []string{"type", "sample", "fields", "type-field", "data-field", "user-field"} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions) // the flag exists
	}
	for _, i := range s.importers {
		set.StringArrayVar(&i.files, i.flag, nil, i.usage)
	}
	cli.AddCheckFlag(cmd)
	return cmd
}

func completeFiles(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return []cobra.Completion{"jsonl", "ndjson", "gz"}, cobra.ShellCompDirectiveFilterFileExt
}

// check reports what is wrong with the flags.
func (s *settings) check() error {
	switch {
	case s.sample == 0:
		return cli.Usagef("--sample is 0; write N to read one event in N")
	case s.fields < 1:
		return cli.Usagef("--fields is %d; write the largest number of declared fields of an event, such as 200", s.fields)
	case !s.span.From().IsZero() && !s.span.To().IsZero():
		return s.span.Check()
	}
	return nil
}

func (s *settings) run(cmd *cobra.Command, args []string) error {
	if err := s.check(); err != nil {
		return err
	}
	if i, err := s.chosen(cmd, args); i != nil || err != nil {
		if err != nil {
			return err
		}
		return s.plan(cmd, i)
	}
	l := newLook(s)
	from := ""
	if len(args) == 1 {
		for _, name := range aboutMongoDB {
			if cmd.Flags().Changed(name) {
				return cli.Usagef("--%s is about MongoDB, and %s is a file; give one of the two", name, args[0])
			}
		}
		from = base(args[0])
		if err := l.file(cmd, args[0]); err != nil {
			return err
		}
	} else {
		c, err := s.deployment.LoadWithoutKeys()
		if err != nil {
			return err
		}
		if c.URI == "" {
			return cli.Usagef("no events are named: give a file of events or a plan, or name a MongoDB by OTELANALYTICS_MONGODB_URI, by mongodb.uri in the file of --config or by --uri")
		}
		from = c.Database + "." + c.Collection
		if err := l.mongodb(cmd, c); err != nil {
			return err
		}
	}
	text, err := l.write(from)
	if err != nil {
		return err
	}
	return s.put(cmd, text, l.notes())
}

// put writes the map, and what it does not say.
func (s *settings) put(cmd *cobra.Command, text []byte, notes []string) error {
	for _, n := range notes {
		fmt.Fprintln(cmd.ErrOrStderr(), cli.Safe(n))
	}
	if s.out == "-" {
		_, err := cmd.OutOrStdout().Write(text)
		return err
	}
	return cli.WriteFiles(cmd, []cli.File{{Path: s.out, Content: text}})
}

// notes says what was seen and is not in the map.
func (l *look) notes() []string {
	notes := l.observed.Omitted()
	if c := l.observed.Counts(); c.Events > 0 && c.WithData == 0 {
		notes = append(notes, "no event has data in event_data, properties, traits, payload or data; --data-field names another field")
	}
	if l.skipped > 0 {
		notes = append(notes, draft.Counted(l.skipped, l.unit)+" left out: no event")
	}
	return notes
}

// write returns the map. Where it would be longer than the loader takes, it declares fewer fields.
func (l *look) write(from string) ([]byte, error) {
	for fields := l.fields; ; fields /= 2 {
		m := l.observed.Draft(fields)
		m.Comments = l.head(from, fields)
		text, err := m.Bytes()
		switch {
		case len(m.Events) == 0:
			return nil, cli.Failedf("there is no event to make a map of")
		case !errors.Is(err, draft.ErrTooLong):
			return text, err
		case fields == 1:
			return nil, cli.Failedf("%v, even with one field of each event; choose some of the event types with --type", err)
		}
	}
}

// head returns the comments that the map begins with.
func (l *look) head(from string, fields int) []string {
	c := l.observed.Counts()
	users := draft.Counted(c.Users, "user")
	if !c.Exact {
		users = "about " + users
	}
	first := fmt.Sprintf("A first event map, inferred from %s: %s, %s, %s.", from, draft.Counted(c.Events, "event"), draft.Counted(c.Types, "type"), users)
	if l.sample > 1 {
		first += fmt.Sprintf("\nOne event in %d was read: rare fields may be missing, and the values may be incomplete.", l.sample)
	}
	if fields != l.fields {
		first += fmt.Sprintf("\nEach event declares at most %s: with more, the map would be too long.", draft.Counted(int64(fields), "field"))
	}
	all := []string{draft.SchemaComment + "\n" + first, `Shares show how often an object has the field. Fields with "redact: drop" look like
data about people: keep it, write "redact: hash", or remove it. Lines that begin with "#: " are proposals;
without that they are part of the map.`}
	if notes := l.notes(); len(notes) > 0 {
		all = append(all, "Not in this map:\n"+strings.Join(notes, "\n"))
	}
	return all
}
