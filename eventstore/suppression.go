// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// Suppression knows the users of whom nothing may be kept any more. A [Store] that has one in its [Config] asks it about the
// user of each event (the text user_id of its document, or anonymous_id where that is empty) before it delivers the event, before it puts it into quarantine, and
// before a replay puts it back into the journal. A suppressed event is counted in [Stats].Suppressed and is gone. Package
// mongostore has a list that several processes share.
//
// Both methods are called by several goroutines at the same time.
type Suppression interface {
	// Refresh reads the list anew, from where all processes share it, for as long as ctx allows. It is called about every
	// [SuppressionInterval], and before a delivery when that was not possible for longer.
	//
	// After an error, usable says whether events may be delivered with the list that is there. When they may not, they wait in
	// the journal, as they do when the sink is out. The text of the error is logged and must hold no secrets.
	Refresh(ctx context.Context) (usable bool, err error)
	// Suppressed reports whether a user is on the list. It asks memory alone. The id is that of a document: it is UTF-8, and
	// not empty, since anonymous events are nobody's.
	Suppressed(userID string) bool
}

// suppressionKind is the kind of its errors.
const suppressionKind = "suppression"

const (
	// SuppressionInterval is how often a store refreshes its [Suppression], give or take a tenth.
	SuppressionInterval = time.Minute
	// SuppressionStale is how old a list may be when events are delivered; an older one is refreshed first.
	SuppressionStale = 70 * time.Second
)

// suppression keeps the list of a store fresh. A goroutine refreshes it, and so does a delivery that finds it stale:
//
//	run ─────── every minute ──┐
//	deliveries ── when stale ──┼── turn ──► Suppression.Refresh
//	RefreshSuppression ────────┘
type suppression struct {
	list  Suppression
	store *Store

	turn chan struct{} // has one element while no refresh is under way

	mu      sync.Mutex // guards the following
	checked time.Time  // when a refresh last left a usable list; zero for never

	cancel context.CancelFunc
	ended  chan struct{}
}

func newSuppression(s *Store, list Suppression) *suppression {
	p := &suppression{list: list, store: s, turn: make(chan struct{}, 1), ended: make(chan struct{})}
	p.turn <- struct{}{}
	return p
}

// start begins to refresh the list in the background.
func (p *suppression) start() {
	if p == nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	go func() {
		defer close(p.ended)
		for ctx.Err() == nil {
			_, _ = p.refresh(ctx, 0)
			const spread = SuppressionInterval / 5
			timer := time.NewTimer(SuppressionInterval - spread/2 + rand.N(spread))
			select {
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
			}
		}
	}()
}

// stop ends that. A Refresh that does not return when its context has ended is left behind.
func (p *suppression) stop() {
	if p == nil {
		return
	}
	p.cancel()
	timer := time.NewTimer(returnPatience)
	defer timer.Stop()
	select {
	case <-p.ended:
	case <-timer.C:
	}
}

// refresh refreshes a list that is older than an age.
func (p *suppression) refresh(ctx context.Context, age time.Duration) (usable bool, err error) {
	if age > 0 && p.isFresh(age) {
		return true, nil
	}
	select {
	case <-p.turn:
		defer func() { p.turn <- struct{}{} }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	if age > 0 && p.isFresh(age) {
		return true, nil // by whoever had the turn
	}
	err = <-isolated("the list of suppressed users", func() (e error) { usable, e = p.list.Refresh(ctx); return readable(e) })
	s := p.store
	if err == nil {
		usable = true
		s.conditions.suppression.End()
	} else if ctx.Err() == nil {
		if age == 0 || usable { // else the delivery counts it, which cannot be made
			s.tally.failed(suppressionKind, "list of suppressed users: "+err.Error())
		}
		s.conditions.suppression.Note("", 1, slog.Any("error", err))
	}
	if usable {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.checked = time.Now()
	}
	return usable, err
}

func (p *suppression) isFresh(age time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.checked.IsZero() && time.Since(p.checked) < age
}

// isRecent reports whether the list may be used as it is, without a refresh.
func (p *suppression) isRecent() bool { return p == nil || p.isFresh(SuppressionStale) }

// suppressed reports whether a user is on the list. A list that panics suppresses nobody, and the error says so.
func (p *suppression) suppressed(userID string) (yes bool, err error) {
	if userID == "" {
		return false, nil
	}
	defer func() {
		if recover() != nil {
			yes, err = false, errors.New("the list of suppressed users panicked")
		}
	}()
	return p.list.Suppressed(userID), nil
}

// userOf returns whose a document is: its user, or the anonymous id of one who was not signed in; empty for nobody's.
func userOf(document []byte) string {
	id, _ := bson.Raw(document).Lookup(eventdoc.FieldUserID).StringValueOK()
	if id == "" {
		id, _ = bson.Raw(document).Lookup(eventdoc.FieldAnonymousID).StringValueOK()
	}
	return id
}

// part splits events into those that are kept, in their order and in the memory of events, and those that are suppressed.
func (p *suppression) part(events []*pending) (kept, gone []*pending, err error) {
	if p == nil {
		return events, nil, nil
	}
	for i, e := range events {
		yes, failed := false, error(nil)
		if !e.broken {
			yes, failed = p.suppressed(userOf(e.Document))
		}
		if failed != nil {
			err = failed
		}
		if yes && gone == nil {
			kept = append(make([]*pending, 0, len(events)), events[:i]...)
		}
		if yes {
			gone = append(gone, e)
		} else if gone != nil {
			kept = append(kept, e)
		}
	}
	if gone == nil {
		kept = events
	}
	return kept, gone, err
}

// admit takes what is suppressed out of a delivery, by a list that is not stale. It reports false when nothing may be
// delivered now.
func (p *suppression) admit(ctx context.Context, d *delivery) bool {
	if p == nil {
		return true
	}
	usable, err := p.refresh(ctx, SuppressionStale)
	if !usable {
		d.err = &DeliveryError{Kind: suppressionKind, Err: fmt.Errorf("list of suppressed users: %w", err)}
		d.fault = faultOf(d.err)
		return false
	}
	kept, gone, err := p.part(d.parcel.events)
	if err != nil {
		d.err = &DeliveryError{Kind: suppressionKind, Err: err}
		d.fault = faultOf(d.err)
		return false
	}
	d.parcel.events, d.suppressed = kept, gone
	return true
}

// dropSuppressed removes the lines of suppressed users from the quarantine files of all sinks. The caller has the upkeep.
func (s *Store) dropSuppressed() (dropped int64, err error) {
	if s.suppression == nil {
		return 0, nil
	}
	all, err := s.quarantines()
	if err != nil {
		return 0, err
	}
	var failed error
	for _, q := range all {
		n, err := q.drop(func(line []byte) bool {
			doc := parseLine(0, 0, line).Document
			if doc == nil || failed != nil {
				return false
			}
			yes := false
			yes, failed = s.suppression.suppressed(userOf(doc))
			return yes
		})
		dropped += n
		if err := errors.Join(err, failed); err != nil {
			return dropped, err
		}
	}
	return dropped, nil
}

// Suppressing reports whether the store has a [Config.Suppression], and with it whether Suppressed can be true.
func (s *Store) Suppressing() bool { return s.suppression != nil }

// Suppressed reports whether [Config.Suppression] has a user, as the list was last read. It waits for nothing.
func (s *Store) Suppressed(userID string) bool {
	if s.suppression == nil {
		return false
	}
	if !utf8.ValidString(userID) {
		userID = strings.ToValidUTF8(userID, string(utf8.RuneError)) // as documents have it
	}
	yes, _ := s.suppression.suppressed(userID)
	return yes
}

// RefreshSuppression has the store take up the list of suppressed users as it is now, in place of waiting for up to
// [SuppressionInterval]. Without [Config.Suppression] it does nothing.
func (s *Store) RefreshSuppression(ctx context.Context) error {
	if s.suppression == nil {
		return nil
	}
	if s.closed.Load() {
		return ErrClosed
	}
	if _, err := s.suppression.refresh(background.Or(ctx), 0); err != nil {
		return fmt.Errorf("eventstore: list of suppressed users: %w", err)
	}
	return nil
}
