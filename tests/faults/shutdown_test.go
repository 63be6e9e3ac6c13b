// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// TestShutdownWhileMongoDBIsDown gives Shutdown a second: it returns within it and says how many events are pending,
// and the next process delivers them. MongoDB is down in two ways: it refuses connections, or takes them and is silent.
func TestShutdownWhileMongoDBIsDown(t *testing.T) {
	for _, silent := range []bool{false, true} {
		t.Run(fmt.Sprintf("silent %v", silent), func(t *testing.T) {
			t.Parallel()
			server := wireserver.Start(t)
			truth := newTruth()
			s := settings{URI: server.ImpatientURI(), Dir: t.TempDir()}
			p := run(t, s)
			p.track(order{Prefix: "before", Number: 100, Pad: 50, Ack: "stored", Batch: 100}, truth.heardFrom)
			answer := make(chan struct{})
			answered := sync.OnceFunc(func() { close(answer) })
			t.Cleanup(answered) // before the server waits for its commands
			if silent {
				server.Script(func(wireserver.Command) wireserver.Action { <-answer; return wireserver.Break() })
			} else {
				server.Down()
			}
			p.track(order{Prefix: "while", Number: 321, Pad: 50}, truth.heardFrom)
			balanced := scrape(t, p.url)
			balanced.balanced(t)
			f := p.shutdown(time.Second)
			if f.Took > 1500*time.Millisecond || !f.Pending || !strings.Contains(f.Error, "pending: 321 in "+s.Dir) {
				t.Errorf("Shutdown with a second: %+v, want 321 events pending within it, give or take a busy machine", f)
			}
			answered()
			server.Script(nil)
			server.Up()
			again := run(t, s)
			again.flush()
			at := scrape(t, again.url)
			at.balanced(t)
			if at.Events("recovered") != 321 {
				t.Errorf("the next process took up %d events, want 321", at.Events("recovered"))
			}
			truth.check(t, storedOf(server.Documents()), 0)
			if f := again.shutdown(10 * time.Second); f.Error != "" {
				t.Error(f.Error)
			}
		})
	}
}
