// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// MaxLinkedIDs bounds the number of ids that [Reader.LinkedIDs] follows from a user.
const MaxLinkedIDs = 1_000

// LinkedID is an id that, according to an event, may belong to the same person as another id.
type LinkedID struct {
	ID string // a user_id or an anonymous_id
	To string // the id that the event links it to
	// The latest event with this link.
	Type    string
	Module  string
	Service Service
	Time    time.Time
	// Untrusted is true when only events that anybody may have sent contain the link, as with a public key.
	Untrusted bool
	// Shared is true when events also link the id to ids of others. It may belong to a device that several people use.
	Shared bool
}

// Followed reports whether the link is believed, so that LinkedIDs also follows the links of this ID.
func (l LinkedID) Followed() bool { return !l.Untrusted && !l.Shared }

// LinkedIDs returns the ids that stored events link to a user. It reads the events alias and identify of Segment and of PostHog, by
// their names and earlier names in [Config.EventMap].
//
// Followed ids are first, each after the id that it is linked to. The ids that are not followed come next, at most a hundred of each
// kind. No id is listed twice, and the user's own id is not listed.
//
// A link is followed in both directions, and from there to further ids. It must be in an event from a service or with a secret
// key, and no event may link the id to another person. More than [MaxLinkedIDs] ids are an error: no person has so many.
//
// LinkedIDs reads the primary. A search for the id of a device or for an earlier id can only use the index on the event type. It
// then reads all events of these types. Events in journals are not read; see [Store.LinkedIDs].
//
// The errors are the same as for Export, and ErrLinks.
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

// LinkedIDs waits until the events that this store accepted before the call are in MongoDB, and then works like
// [Reader.LinkedIDs]. The error is eventstore.ErrPending when the events cannot reach MongoDB while ctx allows.
func (s *Store) LinkedIDs(ctx context.Context, userID string) ([]LinkedID, error) {
	if err := somebody("LinkedIDs", userID); err != nil {
		return nil, err
	}
	if err := s.Flush(background.Or(ctx)); err != nil {
		return nil, err
	}
	return s.reader.LinkedIDs(ctx, userID)
}
