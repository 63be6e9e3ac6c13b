// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"fmt"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// TestSecondProcess has two processes open one directory: the second fails at once, and says who has it. When the
// first is gone, killed or not, the directory is free.
func TestSecondProcess(t *testing.T) {
	server := wireserver.Start(t)
	truth := newTruth()
	s := settings{URI: server.ImpatientURI(), Dir: t.TempDir()}
	first := run(t, s)
	first.track(order{Prefix: "first", Number: 50, Pad: 50, Ack: "stored", Batch: 50}, truth.heardFrom)
	_, err := launch(t, s)
	if err == nil || !strings.Contains(err.Error(), s.Dir) || !strings.Contains(err.Error(), fmt.Sprint(first.cmd.Process.Pid)) {
		t.Errorf("got %v, want an error that names %s and process %d", err, s.Dir, first.cmd.Process.Pid)
	}
	first.track(order{Prefix: "first goes on", Number: 50, Pad: 50}, truth.heardFrom)
	scrape(t, first.url)
	first.kill()
	second := run(t, s)
	second.track(order{Prefix: "second", Number: 50, Pad: 50}, truth.heardFrom)
	second.flush()
	scrape(t, second.url).balanced(t)
	truth.check(t, storedOf(server.Documents()), 0)
}
