// SPDX-License-Identifier: Apache-2.0

// Package analyticstest lets a test check what its code tracks, without servers:
//
//	rec := analyticstest.New(t, m)
//	signUp(rec.Client)
//	if len(rec.Events("user_registered")) != 1 || rec.Delta("user_registrations", "registration_type", "email") != 1 {
//		t.Error("a sign-up was not tracked")
//	}
//
// The client is a real one, with the same map, switches, hooks, redaction, keys and errors. The store is a real one,
// too, with its journal in a directory of the test. It delivers to a sink in memory. The metrics go to a reader of the
// recorder.
//
// If a test asks for a metric, an attribute or an event type that the map does not declare, the test fails. So a
// spelling mistake does not let a test pass.
package analyticstest
