// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// TestPassedOver: users of events that are not stored count, once each, and are in what is saved.
func TestPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		p := w.start(0)
		now := time.Now()
		if err := p.deliver(event(user(1), now, now), event(user(2), now, now)); err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{user(2), user(3), user(3), ""} {
			p.sink.(eventstore.Bystander).PassOver(event(who, now, now))
		}
		if err := p.counter.Save(t.Context()); err != nil {
			t.Fatal(err)
		}
		other := w.start(0)
		numbers, err := other.counter.Numbers(t.Context())
		if err != nil || len(numbers) == 0 {
			t.Fatal(numbers, err)
		}
		for _, n := range numbers {
			if n.Value != 3 {
				t.Errorf("%+v, want 3 users", n)
			}
		}
	})
}
