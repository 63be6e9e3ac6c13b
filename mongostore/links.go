// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// MaxLinkedIDs bounds the ids that [Reader.LinkedIDs] follows from a user.
const MaxLinkedIDs = 1_000

// LinkedID is an id that may belong to the same person as another one, as an event says.
type LinkedID struct {
	ID string // a user_id or an anonymous_id
	To string // the id that the event links it to
	// The latest event that says so.
	Type    string
	Module  string
	Service Service
	Time    time.Time
	// Untrusted: only events that anybody may have sent say so, as with a public key.
	Untrusted bool
	// Shared: events link the id to ids of others, too. It may be that of a device that several people use.
	Shared bool
}

// Followed reports whether the link is believed, so that what is linked to the ID is looked for, too.
func (l LinkedID) Followed() bool { return !l.Untrusted && !l.Shared }

// LinkedIDs returns the ids that stored events link to a user: those of Segment's alias and identify, and of PostHog's, by
// their names and earlier names in [Config.EventMap]. Ids that are followed come first, each behind the one that it is linked to; then
// those that are not, of which there are at most a hundred of each kind. None comes twice, and the user's own is not among them.
//
// A link is followed in both directions, and on from there, when the event came from a service or with a secret key, and when
// no event links the id to somebody else. Ids of more than [MaxLinkedIDs] are an error: no person has so many.
//
// It reads the primary. Where the id of a device or an earlier id is looked for, no index fits but that of the event type: it takes as
// long as reading all events of these types. What is in journals is not seen; see [Store.LinkedIDs].
//
// Errors are those of Export, and ErrLinks.
func (r *Reader) LinkedIDs(ctx context.Context, userID string) ([]LinkedID, error) {
	if err := somebody("LinkedIDs", userID); err != nil {
		return nil, err
	}
	ctx = background.Or(ctx)
	collection, err := r.connection.collection(ctx, onPrimary())
	if err != nil {
		return nil, r.mongoError("linked ids", err)
	}
	w := newLinkWalk(ctx, collection, r.names(), asStored(userID))
	var all []LinkedID
	if err = w.walk(); err == nil {
		all, err = w.result()
	}
	if errors.Is(err, ErrLinks) {
		return nil, fmt.Errorf("%w: events link more than %d ids to the user", ErrLinks, MaxLinkedIDs)
	}
	if err != nil {
		return nil, r.mongoError("linked ids", err)
	}
	return all, nil
}

// LinkedIDs is [Reader.LinkedIDs], once the events that this store accepted before the call are in MongoDB: eventstore.ErrPending when
// that is not possible while ctx allows.
func (s *Store) LinkedIDs(ctx context.Context, userID string) ([]LinkedID, error) {
	if err := somebody("LinkedIDs", userID); err != nil {
		return nil, err
	}
	if err := s.Flush(background.Or(ctx)); err != nil {
		return nil, err
	}
	return s.reader.LinkedIDs(ctx, userID)
}
