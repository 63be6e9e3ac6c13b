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

// Suppression is a list of users whose events must not be kept any more. Package mongostore has a list that several processes
// share. Several goroutines call both methods at the same time.
//
// The [Store] looks up the user of each event before it delivers the event, before it puts it into quarantine, and before
// a replay puts it back into the journal. The user is the text user_id of the document, or anonymous_id when user_id is empty. A
// suppressed event is counted in [Stats].Suppressed and is gone.
type Suppression interface {
	// Refresh reads the list again from the place that all processes share, for as long as ctx allows. The store calls it about
	// every [SuppressionInterval]. It also calls it before a delivery when the list is older than [SuppressionStale].
	//
	// After an error, usable reports whether events may be delivered with the present list. If not, they wait in
	// the journal, as they do when the sink is down. The text of the error is logged and must contain no secrets.
	Refresh(ctx context.Context) (usable bool, err error)
	// Suppressed reports whether a user is on the list. It only reads memory. The id is that in the document: it is UTF-8, and
	// not empty, since anonymous events belong to no user.
	Suppressed(userID string) bool
}

// suppressionKind is the kind of its errors.
const suppressionKind = "suppression"

const (
	// SuppressionInterval is the time between two refreshes of a store's [Suppression], plus or minus a tenth.
	SuppressionInterval = time.Minute
	// SuppressionStale is the maximum age of the list for a delivery. The store refreshes an older list first.
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

// Suppressing reports whether the store has a [Config.Suppression]. Without one, Suppressed is always false.
func (s *Store) Suppressing() bool { return s.suppression != nil }

// Suppressed reports whether a user is on the list of [Config.Suppression], as it was last read. It does not block.
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

// RefreshSuppression reads the list of suppressed users now, instead of within [SuppressionInterval]. Without
// [Config.Suppression] it does nothing.
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
