// SPDX-License-Identifier: Apache-2.0

package kafkastore

import "github.com/twmb/franz-go/pkg/kgo"

// partition is a partition as long as it is this reader's. A group notes one offset for it: everything in front of that is done. So
// what is done moves the offset when nothing in front of it is not.
//
//	done   done   open   done   open │ not read yet
//	              ▲                  ▲
//	              └ the offset       └ next
//
// Its fields are guarded by Consumer.mu.
type partition struct {
	number int32
	lost   bool // another reader has it, so that nothing is noted any more
	open   []*span
	next   int64           // behind the last record that was read, or where the group stopped before; -1: nowhere
	noted  kgo.EpochOffset // up to which everything is done; Offset -1: nothing has been
	unsent bool            // noted was not sent yet
}

// span is records that were read at once, in a row.
type span struct {
	of   *partition
	end  kgo.EpochOffset // behind the last of them
	left int             // records that are not done
}

// add adds records that were read. They are in a row, behind all others.
func (p *partition) add(records []*kgo.Record) *span {
	last := records[len(records)-1]
	s := &span{of: p, end: kgo.EpochOffset{Epoch: last.LeaderEpoch, Offset: last.Offset + 1}, left: len(records)}
	p.open = append(p.open, s)
	p.next = s.end.Offset
	return s
}

// gap returns how many records a topic that begins at start has removed before they were read, when first is the next that it has.
func (p *partition) gap(first, start int64) int64 {
	if p.next < 0 {
		return 0
	}
	return max(0, min(first, start)-p.next)
}

// done notes that n records of a span are.
func (s *span) done(n int) {
	s.left -= n
	p := s.of
	for len(p.open) > 0 && p.open[0].left == 0 {
		p.noted, p.unsent = p.open[0].end, true
		p.open[0] = nil
		p.open = p.open[1:]
	}
}
