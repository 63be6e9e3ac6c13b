// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"log/slog"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/condition"
)

// conditions are what can be the matter with a store for some time, and is logged as such.
type conditions struct {
	outage     condition.Condition // the sink takes nothing, or not all
	refused    condition.Condition // events go to the quarantine file
	quarantine condition.Condition // which cannot be written
	read       condition.Condition // the journal cannot be read
	checkpoint condition.Condition // nor its checkpoint written
	journal    condition.Condition // the journal's background fails

	suppression condition.Condition // the list of suppressed users cannot be read

	wake signal // a condition began that nobody ends
}

func newConditions(l logs, sink string, storage Storage) *conditions {
	of := func(to *slog.Logger, level slog.Level, begins, lasts, ends string) condition.Condition {
		return condition.Condition{Logger: to, Level: level, Now: time.Now, Begins: begins, Lasts: lasts, Ends: ends}
	}
	c := &conditions{
		outage: of(l.sink, slog.LevelWarn, sink+": cannot write, events wait in the journal; trying again until it works",
			sink+": still not writing, events wait in the journal", sink+": writing again"),
		refused: of(l.sink, slog.LevelError, sink+": event quarantined", sink+": more events quarantined",
			sink+": no event was quarantined for a minute"),
		quarantine: of(l.sink, slog.LevelError, "the quarantine file cannot be written; the refused events wait in the journal",
			"the quarantine file still cannot be written", "the quarantine file can be written again"),
		read: of(l.journal, slog.LevelError, "journal: cannot be read, trying again", "journal: still cannot be read",
			"journal: can be read again"),
		checkpoint: of(l.journal, slog.LevelWarn, "journal: checkpoint", "journal: the checkpoint still cannot be written",
			"journal: the checkpoint could be written for a minute"),
		journal: of(l.journal, slog.LevelError, "journal", "journal: still failing", "journal: no error for a minute"),
		suppression: of(l.sink, slog.LevelWarn, "the list of suppressed users cannot be read; users who were suppressed since are tracked",
			"the list of suppressed users still cannot be read", "the list of suppressed users can be read again"),
		wake: newSignal(),
	}
	if storage == Memory {
		c.quarantine = of(l.sink, slog.LevelError, "the quarantine in memory has no room; a refused event is lost",
			"the quarantine in memory still has no room", "the quarantine in memory has room again")
	}
	c.refused.Kind = "reason"
	return c
}

// tick ends the conditions whose end nobody sees, and returns when to look again; the zero time for never.
func (c *conditions) tick() (next time.Time) {
	for _, quiet := range []*condition.Condition{&c.refused, &c.checkpoint, &c.journal} {
		next = earlier(next, quiet.Tick())
	}
	return next
}

// earlier returns the earlier one of two times, of which the zero one is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// signal wakes a goroutine. Signals that nobody has received yet are one.
type signal chan struct{}

func newSignal() signal { return make(signal, 1) }

// send never blocks.
func (s signal) send() {
	select {
	case s <- struct{}{}:
	default:
	}
}
