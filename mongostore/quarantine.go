// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"errors"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// owner says whose a line of the quarantine file is.
type owner uint8

const (
	others   owner = iota // somebody else's
	theirs                // the user's who is asked for
	nobodies              // not to be told: no line of this program, or no document in it
)

func ownerOf(e eventstore.QuarantinedEvent, who person) owner {
	if e.Document == nil {
		return nobodies
	}
	if who.owns(e.Document) {
		return theirs
	}
	return others
}

// quarantinedOf calls f with the quarantined events of a person, and counts the lines of which nobody can tell. Others can be
// added meanwhile.
func (s *Store) quarantinedOf(who person, f func(eventstore.QuarantinedEvent) error) (unattributed int64, err error) {
	for e, err := range s.ReadQuarantine() {
		if err != nil {
			return unattributed, err
		}
		switch ownerOf(e, who) {
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

// removeQuarantined removes a person's lines. Lines of which nobody can tell whose they are stay, and are counted.
func removeQuarantined(m *eventstore.Maintenance, who person, tell func(DeletedEvent) error) (removed, unattributed int64, err error) {
	var failed error
	removed, err = m.RemoveQuarantined(telling(func(e eventstore.QuarantinedEvent) bool {
		whose := ownerOf(e, who)
		if whose == nobodies {
			unattributed++
		}
		return whose == theirs
	}, tell, &failed))
	return removed, unattributed, errors.Join(err, failed)
}
