// SPDX-License-Identifier: Apache-2.0

//go:build !race

// The race detector has sync.Pool drop what it is given, so that there is nothing to measure.

package grpcinstr

import "testing"

// TestAllocations: the call, and what the client calls AppendBSON with; with an actor, the actor, its context, and where the
// call keeps that.
func TestAllocations(t *testing.T) {
	alone, ours, acting := callers(t)
	count := func(call func()) float64 { return testing.AllocsPerRun(2_000, call) }
	a, o, w := count(alone), count(ours), count(acting)
	t.Logf("otelgrpc allocates %v times, this module beside it %v times, with an actor %v times", a, o, w)
	if o > a+2 || w > a+5 {
		t.Errorf("otelgrpc allocates %v times, this module beside it %v times, with an actor %v times", a, o, w)
	}
}
