// SPDX-License-Identifier: Apache-2.0

package eventmap

// KeyScope says within what an idempotency key names one event. The event's type is always part of it.
type KeyScope struct {
	Service bool // each service has keys of its own
	User    bool // each user has keys of their own; all anonymous users together are one
}

// The words of key_scope.
const (
	keyScopeService = "service"
	keyScopeUser    = "user"
)

// defaultKeyScope holds for a map that does not write key_scope.
var defaultKeyScope = KeyScope{Service: true, User: true}

// KeyScope returns the scope of idempotency keys: service and user, unless the map says otherwise.
func (m *Map) KeyScope() KeyScope { return m.keyScope }

// Parts returns the scope as the map writes it: the words service and user, in this order, as far as they are part of it.
func (s KeyScope) Parts() []string {
	parts := []string{}
	if s.Service {
		parts = append(parts, keyScopeService)
	}
	if s.User {
		parts = append(parts, keyScopeUser)
	}
	return parts
}

func keyScopeParts() []string { return KeyScope{Service: true, User: true}.Parts() }
