// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"sync"
	"time"
)

// SinkHealth is the state of a sink of [Config].Sinks.
type SinkHealth struct {
	Name string // as in SinkConfig
	// Error is empty while the sink takes events. Otherwise it is the error of a ping, or the latest delivery error while nothing can
	// be delivered, or it reports that the sink is not declared. The store accepts events without the sink.
	Error     string
	Pending   int64         // as in SinkStats
	OldestAge time.Duration // as in SinkStats
}

// sinkHealth looks after the sinks behind the first, at the same time. stats are theirs.
func (s *Store) sinkHealth(ctx context.Context, stats []SinkStats) []SinkHealth {
	if len(stats) == 0 {
		return nil
	}
	all := make([]SinkHealth, len(stats))
	var group sync.WaitGroup
	for i, st := range stats {
		all[i] = SinkHealth{Name: st.Name, Pending: st.Pending, OldestAge: st.OldestAge}
		o := s.other(st.Name)
		switch {
		case o == nil:
			all[i].Error = "it is not configured any more; configure it, or remove it with the command journal remove-sink"
		case st.Away && st.LastError != "":
			all[i].Error = st.LastError
		case st.Away:
			all[i].Error = "nothing can be delivered to it"
		default:
			group.Go(func() { all[i].Error = o.ping(ctx) })
		}
	}
	group.Wait()
	return all
}

// other returns the outlet of a sink of Config.Sinks, nil when it names none.
func (s *Store) other(key string) *outlet {
	for _, o := range s.others {
		if o.key == key {
			return o
		}
	}
	return nil
}
