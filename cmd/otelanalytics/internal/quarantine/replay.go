// SPDX-License-Identifier: Apache-2.0

package quarantine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/datadir"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

func newReplay() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "replay",
		Short: "Put the events in quarantine back, and deliver them to MongoDB",
		Long: `Put the events in quarantine back into the journal, after you have removed the reason for the refusal, and deliver
them. They keep their _id, so that none is stored twice. An event that is refused again returns to quarantine.
Events that wait in the journal are delivered first.

The service must not run: its data directory is used by one process at a time. A service that cannot be stopped
calls Store.ReplayQuarantine or Client.ReplayQuarantine itself. If processes side by side have their directories
below the data directory, the command replays the directories of dead processes. Run the command as the user of the
service, or as root: the files stay the service's.

Events that violated the event map (on_violation: quarantine) are checked again, by the map of --map. Events that
now pass are put back. They update no metrics, since the command exports none: Client.ReplayQuarantine of the
running service does.

--sink puts back the events that a sink after the first one refused (eventstore.Config.Sinks). They are in the file
quarantine.NAME.jsonl. All sinks are offered these events once more. MongoDB already has them, and takes none twice. The command has
no such sink itself. It leaves the events in the journal, and the next start of the service delivers them to the sink.

` + connect.Help + `

Exit codes:

- 1: an event returned to quarantine, or was left there. It is left there when its line holds no whole event, or
  when it violates the map.
- 2: the work was not done. MongoDB does not answer, a process uses the directory, or the time ran out. Events that
  are not delivered wait in the journal, and the next start of the service delivers them.`,
		Example: `  otelanalytics quarantine replay --config otelanalytics.yaml
  otelanalytics quarantine replay --config otelanalytics.yaml --map events.yaml
  otelanalytics quarantine replay --config otelanalytics.yaml --sink copy
  otelanalytics quarantine replay --data-dir /var/lib/shop/analytics --uri mongodb://127.0.0.1:27017 --timeout 1h`,
		Args: cli.Args(0, 0, "no arguments; --data-dir names the directory"),
	}
	flags := connect.AddFlags(cmd)
	flags.AddDataDir(cmd)
	timeout := cmd.Flags().Duration("timeout", 10*time.Minute, "how long to wait for MongoDB, such as 1h")
	mapFile := cmd.Flags().String("map", "", "the event map that events are checked by, a `file`; by default the configuration's event_map")
	_ = cmd.RegisterFlagCompletionFunc("map", cli.CompleteMaps)
	sink := cmd.Flags().String("sink", "", "the `name` of a sink beside the first one, as the service has it")
	_ = cmd.RegisterFlagCompletionFunc("timeout", cobra.NoFileCompletions)
	_ = cmd.RegisterFlagCompletionFunc("sink", cobra.NoFileCompletions)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := flags.Load()
		if err != nil {
			return err
		}
		if err := connect.NeedMongoDB(c); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), *timeout)
		defer cancel()
		r, err := replay(ctx, cmd, c, *sink, cmp.Or(*mapFile, c.EventMap))
		if r != nil {
			if printErr := cli.Print(cmd, r, r.write); printErr != nil {
				return errors.Join(err, printErr)
			}
		}
		if err != nil {
			return err
		}
		if bad := r.Returned + r.Left + r.Unchecked + r.Lost; bad > 0 {
			return cli.Failedf("%s not stored", cli.Counted(bad, "event"))
		}
		return nil
	}
	return cmd
}

// replayed is the command's result.
type replayed struct {
	Dir  string `json:"dir"`
	Sink string `json:"sink,omitempty"` // --sink
	// Before is how many events waited in the journal, and were delivered first.
	Before   int64 `json:"delivered_before"`
	Replayed int64 `json:"replayed"`
	Stored   int64 `json:"stored"`
	There    int64 `json:"already_stored"` // of those stored: MongoDB had them
	// Deduplicated is how many MongoDB did not take because it has another event with their key.
	Deduplicated int64   `json:"deduplicated"`
	Returned     int64   `json:"returned"`
	Reasons      []group `json:"returned_by_reason"`
	Left         int64   `json:"left"`
	// Suppressed is how many lines of suppressed users are gone.
	Suppressed int64 `json:"suppressed"`
	// Unchecked is how many events do not keep to the event map, or were not checked for want of one. They stay.
	Unchecked int64 `json:"unchecked"`
	Lost      int64 `json:"lost"`    // to damage in the journal
	Pending   int64 `json:"pending"` // not delivered when the command ended
}

// replay returns a result when it has begun to deliver.
func replay(ctx context.Context, cmd *cobra.Command, c config.Config, sink, mapFile string) (r *replayed, err error) {
	if c.Storage == eventstore.Memory {
		return nil, errors.New("the configuration keeps events in memory (journal.storage, OTELANALYTICS_JOURNAL_STORAGE): " +
			"let the service call Store.ReplayQuarantine")
	}
	parent, _ := eventstore.ParentDir(c.Dir)
	dirs, err := eventstore.DataDirs(parent)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no data directory %s; --data-dir or the configuration names it", parent)
	} else if err != nil {
		return nil, err
	}
	lines, foreign, placeless := int64(0), int64(0), ""
	for _, d := range dirs {
		n, of, err := count(d.Path, sink)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if sink != "" && (n > 0 || len(dirs) == 1) {
			has, err := hasSink(ctx, d.Path, sink)
			if err != nil {
				return nil, err
			}
			if !has {
				placeless = d.Path
			}
		}
		lines, foreign = lines+n, foreign+of
	}
	if placeless != "" {
		return nil, fmt.Errorf("the journal in %s has no sink %q, which would get what is put back; give the name that the service has, or start a service with that sink once", placeless, sink)
	}
	r = &replayed{Dir: parent, Sink: sink, Reasons: []group{}}
	if lines == 0 {
		return r, nil // nothing to do, whoever has the directory
	}
	var m *eventmap.Map
	if mapFile != "" {
		if m, err = eventmap.ParseFile(mapFile); err != nil {
			return nil, err
		}
	}
	config := mongostore.FromConfig(c)
	if config.Dir, err = datadir.Setting(c.Dir); err != nil {
		return nil, err
	}
	config.WithoutIndexes = true // they are the service's
	config.JournalFull = eventstore.Block
	config.Logger = slog.New(slog.DiscardHandler) // what happens is in the result
	connect.MarkUniques(c, &config, cmd.ErrOrStderr())
	store, err := mongostore.Open(ctx, config)
	if errors.Is(err, eventstore.ErrInUse) {
		return nil, fmt.Errorf("%w; stop that service, run this command and start it again, or let the service call Store.ReplayQuarantine", err)
	}
	if err != nil {
		return nil, err
	}
	defer func() {
		ended, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		if shut := store.Shutdown(ended); shut != nil && err == nil {
			err = shut
		}
	}()
	if err := r.deliver(ctx, cmd, store, "delivering waiting events"); err != nil {
		return r, err
	}
	before := store.Stats()
	r.Before = before.Recovered - before.Lost
	result, err := put(ctx, store, sink, m)
	foreign = min(foreign, result.Unchecked)
	r.Replayed, r.Left, r.Suppressed, r.Unchecked = result.Replayed, result.Left+foreign, result.Suppressed, result.Unchecked-foreign
	if err == nil {
		err = r.deliver(ctx, cmd, store, "delivering replayed events")
	}
	r.compare(before, store.Stats())
	return r, err
}

// hasSink reports whether a sink has a place in the journal of a directory. Without one it would not get what is put back.
func hasSink(ctx context.Context, dir, sink string) (bool, error) {
	journal, err := eventstore.InspectJournal(ctx, dir)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(journal.Sinks, func(s eventstore.JournalConsumer) bool { return s.Name == sink }), nil
}

// put puts the events back: those that a sink refused, which kept to the event map, or those that MongoDB refused. Of these, the ones that
// did not keep to the event map are checked by m, which is nil when there is none.
func put(ctx context.Context, store *mongostore.Store, sink string, m *eventmap.Map) (eventstore.ReplayResult, error) {
	if sink != "" {
		return store.ReplayQuarantine(ctx, eventstore.ReplayOfSink(sink))
	}
	if m == nil {
		return store.ReplayQuarantine(ctx)
	}
	// What is in quarantine is redacted: the client hashes nothing, and any key does.
	client, err := otelanalytics.New(m, otelanalytics.WithStore(store), otelanalytics.WithMeterProvider(noop.NewMeterProvider()),
		otelanalytics.WithLogger(slog.New(slog.DiscardHandler)), otelanalytics.WithRedactKey(make([]byte, 32)))
	if err != nil {
		return eventstore.ReplayResult{}, err
	}
	return client.ReplayQuarantine(ctx)
}

// count counts the lines of a quarantine file: that of a sink, or of the first one. foreign are those that were refused for another reason
// than the event map before any sink was asked.
func count(dir, sink string) (lines, foreign int64, err error) {
	for e, err := range eventsOf(dir, sink) {
		if err != nil {
			return 0, 0, err
		}
		lines++
		if e.Problem == "" && problem(e) != "" {
			foreign++
		}
	}
	return lines, foreign, nil
}

// deliver waits until everything is in MongoDB or in quarantine, and shows how far that is.
func (r *replayed) deliver(ctx context.Context, cmd *cobra.Command, store *mongostore.Store, what string) error {
	start := store.Stats().Pending
	bar := cli.NewProgress(cmd, start, what)
	defer bar.Done()
	flushed := make(chan error, 1)
	go func() { flushed <- store.Flush(ctx) }()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for shown := start; ; {
		select {
		case err := <-flushed:
			if err == nil {
				return nil
			}
			r.Pending = store.Stats().Pending
			return fmt.Errorf("%w; %s", err, advice(store))
		case <-tick.C:
			if left := store.Stats().Pending; left < shown {
				bar.Add(int(shown - left))
				shown = left
			}
		}
	}
}

// advice says why MongoDB has not taken everything, and what becomes of the rest.
func advice(store *mongostore.Store) string {
	asked, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	h := store.Health(asked)
	why := "MongoDB took less than all in the time of --timeout"
	switch {
	case h.SinkError != "":
		why = "MongoDB cannot be reached: " + h.SinkError
	case h.LastError != "":
		why = "the latest error of MongoDB: " + h.LastError
	}
	return why + "; the remaining events wait in the journal, and the next start of the service, or of this command, delivers them"
}

// compare fills in what became of the events that were replayed.
func (r *replayed) compare(before, after eventstore.Stats) {
	sum := func(m map[string]int64) (n int64) {
		for v := range maps.Values(m) {
			n += v
		}
		return n
	}
	r.Stored, r.There = sum(after.Stored)-sum(before.Stored), after.Redelivered-before.Redelivered
	r.Deduplicated = sum(after.Deduplicated) - sum(before.Deduplicated)
	r.Lost, r.Pending = after.Lost, after.Pending
	for q, n := range after.Quarantined {
		if n -= before.Quarantined[q]; n > 0 {
			r.Returned += n
			r.Reasons = append(r.Reasons, group{Type: q.Type, Reason: q.Reason, Count: n})
		}
	}
	slices.SortFunc(r.Reasons, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Reason, b.Reason))
	})
}

// write is the result for people.
func (r *replayed) write(t *cli.Text) {
	if r.Before > 0 {
		t.Printf("%s waited in the journal, and were delivered first\n", cli.Counted(r.Before, "event"))
	}
	t.Printf("%s: %s put back, %s stored", t.Bold(r.Dir), cli.Counted(r.Replayed, "event"), t.Green(strconv.FormatInt(r.Stored, 10)))
	if r.There > 0 {
		t.Printf(" (%d were there already)", r.There)
	}
	t.Printf("\n")
	if r.Sink != "" && r.Replayed > 0 {
		t.Printf("sink %s gets them when the service runs: they wait in the journal\n", r.Sink)
	}
	if r.Deduplicated > 0 {
		t.Printf("%s not stored: MongoDB has another event with their key\n", cli.Counted(r.Deduplicated, "event"))
	}
	if r.Pending > 0 {
		t.Printf("%s not delivered yet\n", cli.Counted(r.Pending, "event"))
	}
	if r.Lost > 0 {
		t.Printf("%s %s to damage in the journal: otelanalytics journal inspect\n", t.Red("lost:"), cli.Counted(r.Lost, "event"))
	}
	if r.Suppressed > 0 {
		t.Printf("%s of suppressed users removed\n", cli.Counted(r.Suppressed, "line"))
	}
	if r.Left > 0 {
		t.Printf("%s %s hold no whole event: otelanalytics quarantine list shows the reason\n", t.Yellow("left:"), cli.Counted(r.Left, "line"))
	}
	if r.Unchecked > 0 {
		t.Printf("%s %s, which did not keep to the event map: correct the map that --map names, or remove their lines\n", t.Yellow("left:"), cli.Counted(r.Unchecked, "event"))
	}
	if r.Returned > 0 {
		t.Printf("%s %s back to quarantine:\n\n", t.Red("refused again:"), cli.Counted(r.Returned, "event"))
		var rows [][]string
		for _, g := range r.Reasons {
			rows = append(rows, []string{cli.OrDash(g.Type), g.Reason, strconv.FormatInt(g.Count, 10)})
		}
		t.Table([]string{"EVENT", "REASON", "COUNT"}, rows)
		t.Printf("    %s otelanalytics quarantine list --events --data shows the server's message\n", t.Green("fix:"))
	}
}
