// SPDX-License-Identifier: Apache-2.0

// Package condition logs conditions that last: an outage, a disk that cannot be written, events that are refused. A condition
// logs one line when it begins, one when its kind changes, and one when it ends. While it lasts, it logs one line a minute, with
// counts. The number of notes does not change this.
package condition

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"
)

// Every is how often a condition that lasts is logged.
const Every = time.Minute

// Condition is one thing that can be the matter. Set the exported fields before use. It is safe for concurrent use.
type Condition struct {
	Logger *slog.Logger
	Level  slog.Level // of the lines but the last, which is Info
	Now    func() time.Time
	// Begins, Lasts and Ends are the messages. While a condition lasts, its line adds how often it was noted.
	Begins, Lasts, Ends string
	Kind                string // the attribute that names the kind; empty is kind

	mu     sync.Mutex // guards everything below
	active bool
	since  time.Time
	noted  time.Time            // at the latest
	spoken time.Time            // when a line was logged
	kinds  map[string]time.Time // when each kind had a line
	fresh  int                  // noted since that line
	total  int
	attrs  []slog.Attr // of the latest note
	kind   string
	said   string // the kind of the latest line
}

// Note says that the condition holds, n times over. kind is from a small set; a kind that had no line for a minute has one.
func (c *Condition) Note(kind string, n int, attrs ...slog.Attr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Now()
	c.noted, c.kind, c.attrs = now, kind, attrs
	switch {
	case !c.active:
		c.active, c.since, c.total, c.fresh, c.kinds = true, now, n, 0, map[string]time.Time{}
		if n > 1 {
			attrs = append([]slog.Attr{slog.Int("count", n)}, attrs...)
		}
		c.speak(now, c.Level, c.Begins, attrs)
		return
	case now.Sub(c.kinds[kind]) >= Every && kind != c.said:
		c.total += n
		c.fresh += n
		c.speak(now, c.Level, c.Begins, attrs)
		return
	}
	c.total += n
	c.fresh += n
	c.due(now)
}

// due logs the line of the minute.
func (c *Condition) due(now time.Time) {
	if now.Sub(c.spoken) >= Every {
		c.speak(now, c.Level, c.Lasts, append([]slog.Attr{
			slog.Int("count", c.fresh), slog.Int("total", c.total),
			slog.Duration("lasting", now.Sub(c.since)),
		}, c.attrs...))
		c.fresh = 0
	}
}

// speak logs a line, which is also one about the present kind.
func (c *Condition) speak(now time.Time, level slog.Level, message string, attrs []slog.Attr) {
	c.spoken, c.said, c.kinds[c.kind] = now, c.kind, now
	if c.kind != "" {
		attrs = append([]slog.Attr{slog.String(cmp.Or(c.Kind, "kind"), c.kind)}, attrs...)
	}
	c.Logger.LogAttrs(context.Background(), level, message, attrs...)
}

// End says that the condition is over, if it was there.
func (c *Condition) End() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end(c.Now())
}

func (c *Condition) end(at time.Time) {
	if !c.active {
		return
	}
	c.active = false
	c.Logger.LogAttrs(context.Background(), slog.LevelInfo, c.Ends,
		slog.Int("total", c.total), slog.Duration("lasted", at.Sub(c.since)))
}

// Tick ends a condition that nobody noted for a minute. It returns when to call it again, the zero time when there is no need
// before the next Note. Call it for a condition whose end nobody sees.
func (c *Condition) Tick() (next time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.active {
		return time.Time{}
	}
	if now := c.Now(); now.Sub(c.noted) >= Every {
		c.end(c.noted)
		return time.Time{}
	}
	return c.noted.Add(Every)
}
