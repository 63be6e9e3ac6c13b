// SPDX-License-Identifier: Apache-2.0

package eventstore

// Unstored is an event that the sink does not have and will not get: it was quarantined, its user was suppressed, or the
// quarantine of a store in [Memory] had no room for it.
type Unstored struct {
	ID  [16]byte
	Seq uint64 // as in [Receipt.Seq]
}

// OnUnstored has f called with events that became [Unstored], until stop is called: after their lines are in the quarantine
// file, and before [Store.Stats] counts them and [Receipt.Wait] returns. f must not keep or change the slice. What holds for the
// function of [Store.OnInsertAttempt] holds for f. Events of dead processes, whose directories were adopted, are not among them.
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
