// SPDX-License-Identifier: Apache-2.0

package eventstore

// Unstored is an event that the sink does not have and will not get. It was quarantined, or its user was suppressed, or it did not
// fit into the quarantine of a store in [Memory].
type Unstored struct {
	ID  [16]byte
	Seq uint64 // as in [Receipt.Seq]
}

// OnUnstored calls f with events that became [Unstored], until you call stop. It calls f after the events' lines are in the
// quarantine file, and before [Store.Stats] counts them and [Receipt.Wait] returns. Events of dead processes, whose
// directories were adopted, are not included.
//
// f must not keep or change the slice. The other rules for f are the same as for [Store.OnInsertAttempt].
func (s *Store) OnUnstored(f func([]Unstored)) (stop func()) {
	if f == nil {
		return func() {}
	}
	return s.unstored.add(f)
}

func (s *Store) tellUnstored(o *outcome) {
	var all []Unstored
	for _, events := range [][]*pending{o.quarantined, o.suppressed, o.lost} {
		for _, e := range events {
			all = append(all, Unstored{ID: e.ID, Seq: e.seq})
		}
	}
	if len(all) > 0 {
		s.unstored.tell("events that are not stored", all)
	}
}
