// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// inUsePatience is how long another process may have a segment open that cannot be
// deleted meanwhile, before that is an error: who looks at a journal, or copies
// it, reads a segment in less.
const inUsePatience = time.Minute

// patience keeps quiet about files that others have open, where the system does
// not delete these. The deletion is tried again in any case.
type patience struct {
	now   func() time.Time
	since time.Time // of the first such error in a row, or zero
}

// told returns err, the result of a deletion, when it is to be told; nil for one
// that waits for another process and has not done so for long.
func (p *patience) told(err error) error {
	if !errors.Is(err, filesystem.ErrInUse) {
		p.since = time.Time{}
		return err
	}
	now := p.now()
	if p.since.IsZero() {
		p.since = now
	}
	if now.Sub(p.since) < inUsePatience {
		return nil
	}
	return err
}
