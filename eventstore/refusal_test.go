// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"errors"
	"testing"
	"time"
)

// TestRefusalGetsOld: a service that is taken out of traffic for it would append nothing, and so never learn
// that the disk is well again.
func TestRefusalGetsOld(t *testing.T) {
	var r refusal
	if got := r.text(time.Now()); got != "" {
		t.Errorf("refused before anything was: %s", got)
	}
	before := time.Now()
	r.begin(errors.New("no space"))
	if got := r.text(before.Add(refusalHolds - time.Second)); got != "no space" {
		t.Errorf("%q, want no space", got)
	}
	if got := r.text(time.Now().Add(refusalHolds)); got != "" {
		t.Errorf("%q after %v, want nothing", got, refusalHolds)
	}
	r.begin(errors.New("no space"))
	r.over()
	if got := r.text(time.Now()); got != "" {
		t.Errorf("%q after an append succeeded", got)
	}
}
