// SPDX-License-Identifier: Apache-2.0

package eventctx

// IsKey reports whether key is the one under which [FromContext] looks for the actor, a non-nil *[Actor]: for contexts
// that carry one themselves, and so save the allocations of [WithActor].
func IsKey(key any) bool { return key == (actorKey{}) }
