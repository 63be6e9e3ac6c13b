// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// owner says whose a line of the quarantine file is.
type owner uint8

const (
	others   owner = iota // somebody else's
	theirs                // the user's who is asked for
	nobodies              // not to be told: no line of this program, or no document in it
)

func ownerOf(e eventstore.QuarantinedEvent, userID string) owner {
	if e.Document == nil {
		return nobodies
	}
	if id, ok := bson.Raw(e.Document).Lookup(eventdoc.FieldUserID).StringValueOK(); ok && id == asStored(userID) {
		return theirs
	}
	return others
}

// quarantinedOf calls f with the quarantined events of a user, and counts the lines of which nobody can tell. Others can be
// added meanwhile.
func (s *Store) quarantinedOf(userID string, f func(eventstore.QuarantinedEvent) error) (unattributed int64, err error) {
	for e, err := range s.ReadQuarantine() {
		if err != nil {
			return unattributed, err
		}
		switch ownerOf(e, userID) {
		case theirs:
			if err := f(e); err != nil {
				return unattributed, err
			}
		case nobodies:
			unattributed++
		}
	}
	return unattributed, nil
}

// removeQuarantined removes a user's lines. Lines of which nobody can tell whose they are stay, and are counted.
func removeQuarantined(m *eventstore.Maintenance, userID string, tell func(DeletedEvent) error) (removed, unattributed int64, err error) {
	var failed error
	removed, err = m.RemoveQuarantined(telling(func(e eventstore.QuarantinedEvent) bool {
		whose := ownerOf(e, userID)
		if whose == nobodies {
			unattributed++
		}
		return whose == theirs
	}, tell, &failed))
	return removed, unattributed, errors.Join(err, failed)
}
