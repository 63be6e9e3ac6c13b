// SPDX-License-Identifier: Apache-2.0

package eventmap

// KeyScope is the scope in which an idempotency key identifies one event. The event's type is always a part of it.
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

// KeyScope returns the scope of idempotency keys. The default is service and user.
func (m *Map) KeyScope() KeyScope { return m.keyScope }

// Parts returns the scope as the map has it: the words service and user, in this order, if they are a part of it.
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
