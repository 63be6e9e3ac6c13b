// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/datadir"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// report is the command's result.
type report struct {
	Dir           string           `json:"dir"`
	InUse         bool             `json:"in_use"`
	Process       int              `json:"process,omitempty"`
	Pending       int64            `json:"pending"`
	OldestPending *time.Time       `json:"oldest_pending"`
	PendingTypes  map[string]int64 `json:"pending_types"`
	Checkpoint    uint64           `json:"checkpoint"`
	LastSequence  uint64           `json:"last_sequence"`
	Bytes         int64            `json:"bytes"`
	Lost          int64            `json:"lost"`
	TornBytes     int64            `json:"torn_bytes"`
	Segments      []segment        `json:"segments"`
	Sinks         []sink           `json:"sinks"` // behind the first
	Consumers     []consumer       `json:"consumers"`
	Damage        []damage         `json:"damage"`
	SetAside      []file           `json:"set_aside"`
	Foreign       []string         `json:"foreign"`
	Events        []event          `json:"events,omitempty"`
	Unlisted      int64            `json:"unlisted,omitempty"` // events beyond --limit
}

type segment struct {
	Number        uint64     `json:"number"`
	FirstSequence uint64     `json:"first_sequence"`
	LastSequence  uint64     `json:"last_sequence"`
	Records       int64      `json:"records"`
	Pending       int64      `json:"pending"`
	Bytes         int64      `json:"bytes"`
	Created       *time.Time `json:"created"`
}

// consumer is one besides the sinks.
type consumer struct {
	Name       string `json:"name"`
	Checkpoint uint64 `json:"checkpoint"`
	Pending    int64  `json:"pending"`
}

type damage struct {
	Segment       uint64 `json:"segment"`
	Offset        int64  `json:"offset"`
	Bytes         int64  `json:"bytes"`
	Reason        string `json:"reason"`
	FirstSequence uint64 `json:"first_sequence,omitempty"`
	LastSequence  uint64 `json:"last_sequence,omitempty"`
	// Uncounted: no later record tells how many events were in there.
	Uncounted bool `json:"uncounted"`
}

type file struct {
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
}

type event struct {
	Sequence uint64    `json:"sequence"`
	Time     time.Time `json:"time"`
	ID       string    `json:"id"`
	Type     string    `json:"type"`
	Bytes    int       `json:"bytes"`
	Data     any       `json:"data,omitempty"`
}

func newReport(dir string, j eventstore.JournalReport) *report {
	r := &report{
		Dir: dir, InUse: j.Held, Process: j.Holder, Pending: j.Pending, OldestPending: known(j.Oldest), PendingTypes: j.PendingTypes,
		Checkpoint: j.Checkpoint, LastSequence: j.LastSeq, Bytes: j.Bytes, Lost: j.Lost, TornBytes: j.TornBytes,
		Segments: []segment{}, Sinks: sinksOf(j), Consumers: []consumer{}, Damage: []damage{}, SetAside: []file{}, Foreign: append([]string{}, j.Foreign...),
	}
	for _, s := range j.Segments {
		r.Segments = append(r.Segments, segment{s.Number, s.FirstSeq, s.LastSeq, s.Records, s.Pending, s.Bytes, known(s.Created)})
	}
	for _, c := range j.Consumers {
		r.Consumers = append(r.Consumers, consumer{c.Name, c.Checkpoint, c.Pending})
	}
	for _, d := range j.Damage {
		r.Damage = append(r.Damage, damage{d.Segment, d.Offset, d.Bytes, d.Reason, d.FirstSeq, d.LastSeq, uncounted(j, d)})
	}
	for _, f := range j.SetAside {
		r.SetAside = append(r.SetAside, file(f))
	}
	return r
}

// uncounted reports whether damage may have cost events that nothing counts: the numbers of later records tell what is
// missing before them, so that it is so where no gap was found and the segment has what is not done, or has nothing that can
// be read.
func uncounted(j eventstore.JournalReport, d eventstore.JournalDamage) bool {
	if d.Segment == 0 || d.FirstSeq > 0 {
		return false
	}
	i := slices.IndexFunc(j.Segments, func(s eventstore.JournalSegment) bool { return s.Number == d.Segment })
	return i < 0 || i == len(j.Segments)-1
}

// known is nil for no time.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// list adds the events that wait.
func (r *report) list(dir string, show *datadir.Selection) error {
	if !show.Events {
		return nil
	}
	r.Events = []event{}
	for e, err := range eventstore.ReadPending(dir) {
		if err != nil {
			return err
		}
		if !show.Wants(len(r.Events)) {
			r.Unlisted = max(r.Pending-int64(len(r.Events)), 1)
			return nil
		}
		r.Events = append(r.Events, event{e.Seq, e.Time, e.ID, e.Type, len(e.Document), show.JSON(e.Document)})
	}
	return nil
}

// write is the report for people.
func (r *report) write(t *cli.Text) {
	age := ""
	if r.OldestPending != nil {
		age = ", the oldest for " + cli.Age(time.Since(*r.OldestPending))
	}
	use := "no process has it open"
	if r.InUse {
		use = "a process has it open"
	}
	if r.Process != 0 {
		use = fmt.Sprintf("process %d has it open", r.Process)
	}
	t.Printf("%s: %s%s; %s, %s; %s\n", t.Bold(r.Dir), cli.Counted(r.Pending, "pending event"), age,
		cli.Counted(int64(len(r.Segments)), "segment"), cli.Bytes(r.Bytes), use)
	if len(r.Segments) > 0 {
		var rows [][]string
		for _, s := range r.Segments {
			rows = append(rows, []string{number(s.Number), span(s.FirstSequence, s.LastSequence), decimal(s.Records), decimal(s.Pending), decimal(s.Bytes), cli.Stamp(s.Created)})
		}
		t.Printf("\n")
		t.Table([]string{"SEGMENT", "SEQUENCE", "RECORDS", "PENDING", "BYTES", "CREATED"}, rows)
		t.Printf("\ndone up to %d of %d\n", r.Checkpoint, r.LastSequence)
	}
	if len(r.PendingTypes) > 0 {
		var rows [][]string
		for _, name := range slices.Sorted(maps.Keys(r.PendingTypes)) {
			rows = append(rows, []string{cli.OrDash(name), decimal(r.PendingTypes[name])})
		}
		t.Printf("\n")
		t.Table([]string{"EVENT", "PENDING"}, rows)
	}
	if len(r.Sinks) > 0 {
		t.Printf("\n")
		writeSinks(t, r.Sinks)
	}
	if len(r.Consumers) > 0 {
		var rows [][]string
		for _, c := range r.Consumers {
			rows = append(rows, []string{c.Name, number(c.Checkpoint), decimal(c.Pending)})
		}
		t.Printf("\n")
		t.Table([]string{"CONSUMER", "DONE UP TO", "PENDING"}, rows)
	}
	r.writeDamage(t)
	r.writeEvents(t)
}

func (r *report) writeDamage(t *cli.Text) {
	if len(r.Damage) > 0 {
		t.Printf("\n")
	}
	for _, d := range r.Damage {
		where := "the checkpoint file"
		if d.Segment > 0 {
			where = fmt.Sprintf("segment %d, %s from %d", d.Segment, cli.Counted(d.Bytes, "byte"), d.Offset)
		}
		if d.Segment > 0 && d.Bytes == 0 {
			where = fmt.Sprintf("segment %d", d.Segment)
		}
		cost := "no pending event is lost"
		if d.Uncounted {
			cost = "how many events were in there cannot be told"
		}
		if d.FirstSequence > 0 {
			cost = "lost: " + span(d.FirstSequence, d.LastSequence)
		}
		t.Printf("%s %s: %s; %s\n", t.Red("damage:"), where, d.Reason, cost)
	}
	if len(r.Damage) > 0 {
		t.Printf("    %s look at the disk (its log, SMART). The service reads on behind the damage; it moves the file\n    to damaged/ when that is delivered, and counts what is lost, as far as later events tell, in %s.\n", t.Green("fix:"), ownmetrics.EventsLost.PrometheusName())
	}
	for _, f := range r.SetAside {
		t.Printf("%s %s, %s: a damaged segment of earlier; delete it when nobody needs it\n", t.Yellow("set aside:"), f.Path, cli.Bytes(f.Bytes))
	}
	for _, name := range r.Foreign {
		t.Printf("%s %s is not the journal's\n", t.Yellow("foreign:"), name)
	}
	if r.TornBytes > 0 {
		t.Printf("%s at the end of segments: appends that were cut short, or are under way; no loss\n", cli.Bytes(r.TornBytes))
	}
}

func (r *report) writeEvents(t *cli.Text) {
	if r.Events == nil {
		return
	}
	var rows [][]string
	for _, e := range r.Events {
		rows = append(rows, []string{number(e.Sequence), e.Time.Format(time.RFC3339Nano), cli.OrDash(e.ID), decimal(int64(e.Bytes)), cli.OrDash(e.Type)})
	}
	t.Printf("\n")
	header := []string{"SEQUENCE", "ACCEPTED", "ID", "BYTES", "EVENT"}
	for i, e := range r.Events {
		if e.Data == nil {
			continue
		}
		if len(header) == 5 {
			header = append(header, "DATA")
		}
		rows[i] = append(rows[i], fmt.Sprint(e.Data))
	}
	t.Table(header, rows)
	if r.Unlisted > 0 {
		t.Printf("and %d more; --limit 0 lists all\n", r.Unlisted)
	}
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }
func decimal(n int64) string { return strconv.FormatInt(n, 10) }

func span(first, last uint64) string {
	if first == 0 {
		return "-"
	}
	return number(first) + " to " + number(last)
}
