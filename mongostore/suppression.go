// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
	"github.com/otelanalytics/otelanalytics-go/internal/suppression"
)

// suppressionList is the list of suppressed users in memory, with a copy in the data directory. It is what eventstore asks.
type suppressionList struct {
	from    *suppressed
	path    string // of the copy; empty: there is none
	shared  bool   // other processes write the copy, too
	timeout time.Duration
	uri     string

	set atomic.Pointer[suppression.Set] // nil: not known yet

	mu     sync.Mutex // guards the following, while the list is read
	list   suppression.List
	read   time.Time // when all of it was read from MongoDB; zero for never
	copied bool      // the copy is that of list
}

var _ eventstore.Suppression = (*suppressionList)(nil)

// rereadAfter is how often the list is read though its version says that nothing has changed: somebody may have edited it.
const rereadAfter = time.Hour

// newSuppressionList returns the list with what the copy has; nil without a key. A store in memory has no copy. Without a key, a directory with a copy is an
// error: users who were suppressed there would be tracked again.
func newSuppressionList(c *connection) (*suppressionList, error) {
	l := &suppressionList{from: newSuppressed(c), timeout: c.config.WriteTimeout, uri: c.config.URI}
	if c.config.Storage != eventstore.Disk {
		if l.from.hasher == nil {
			return nil, nil
		}
		return l, nil
	}
	dir, shared := eventstore.ParentDir(cmp.Or(c.config.Dir, eventstore.DefaultDir))
	l.path, l.shared = filepath.Join(dir, suppression.FileName), shared
	copies := []string{l.path}
	if shared {
		l.path = filepath.Join(dir, suppression.SharedFileName(c.destination()))
		copies = []string{l.path, copies[0]} // the latter is that of a process that had the directory to itself
	}
	if l.from.hasher == nil {
		return nil, noCopy(copies)
	}
	list, err := suppression.Read(copies[0], l.from.hasher.Check())
	if shared && errors.Is(err, fs.ErrNotExist) {
		list, err = suppression.Read(copies[1], l.from.hasher.Check())
	}
	switch {
	case err == nil:
		l.list, l.copied = list, true
		l.set.Store(&list.Set)
	case !errors.Is(err, fs.ErrNotExist):
		c.config.Logger.Warn("the copy of the list of suppressed users is not used; events wait in the journal until the list is read from MongoDB",
			slog.String("component", "otelanalytics"), slog.String("subsystem", name), slog.Any("error", err))
	}
	return l, nil
}

// noCopy returns an error when there is one of the copies, which a process without a key cannot read.
func noCopy(copies []string) error {
	for _, path := range copies {
		there, err := suppression.Exists(path)
		switch {
		case err != nil:
			return fmt.Errorf("mongostore: list of suppressed users: %w", err)
		case there:
			return fmt.Errorf("%w: Config.SuppressKey is empty, and %s has a list (%s): give its key (OTELANALYTICS_SUPPRESS_KEY), or remove that file for its users to be tracked again",
				ErrSuppressKey, filepath.Dir(path), filepath.Base(path))
		}
	}
	return nil
}

// Suppression returns the list of suppressed users for eventstore.Config.Suppression, or nil without Config.SuppressKey. [Open] uses
// it. A program that opens its own queue on the sink must also use it.
//
// The copy of the list is in Config.Dir: give the queue the same Dir. The error is ErrSuppressKey when the directory has a list and
// there is no key. Otherwise it is the operating system's error.
func (s *Sink) Suppression() (eventstore.Suppression, error) {
	list, err := newSuppressionList(s.connection)
	if list == nil || err != nil {
		return nil, err
	}
	return list, nil
}

// Suppressed reports whether a user is on the list, by one HMAC; without one while the list is empty.
func (l *suppressionList) Suppressed(userID string) bool {
	set := l.set.Load()
	return set != nil && set.Len() > 0 && set.Has(l.from.hasher.Hash(userID))
}

// Refresh reads the list when its version has changed. A list that is known stays usable whatever MongoDB answers, and does not
// when MongoDB cannot be reached: then nothing can be delivered anyway.
func (l *suppressionList) Refresh(ctx context.Context) (usable bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	l.mu.Lock()
	defer l.mu.Unlock()
	version, err := l.from.version(ctx)
	if err != nil {
		return l.set.Load() != nil && !unreachable(err), l.failure(err)
	}
	if l.read.IsZero() || version != l.list.Version || time.Since(l.read) >= rereadAfter {
		set, err := l.from.load(ctx)
		if err != nil {
			return l.set.Load() != nil, l.failure(err)
		}
		l.copied = l.copied && version == l.list.Version && set.Len() == l.list.Len()
		l.list = suppression.List{Set: set, Check: l.from.hasher.Check(), Version: version}
		l.read = time.Now()
		l.set.Store(&set)
	}
	if l.copied && l.shared {
		there, ok := suppression.Version(l.path)
		l.copied = ok && there == l.list.Version // else another process read the list before this one, and wrote later
	}
	if l.path != "" && !l.copied && (version > 0 || l.list.Len() > 0) {
		if err := l.list.Write(l.path); err != nil {
			return true, fmt.Errorf("its copy for a start without MongoDB cannot be written: %w", err)
		}
		l.copied = true
	}
	return true, nil
}

// unreachable reports whether an error says that there was no answer.
func unreachable(err error) bool {
	if errors.Is(err, ErrSuppressKey) {
		return false
	}
	verdict, kind := classify(err)
	return verdict == outage && kind != "command"
}

func (l *suppressionList) failure(err error) error {
	if errors.Is(err, ErrSuppressKey) || errors.Is(err, errSuppressFull) {
		return err
	}
	return mongosafe.Wrap("", err, l.uri)
}
