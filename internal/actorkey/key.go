// SPDX-License-Identifier: Apache-2.0

// Package actorkey has the key under which a context carries an actor. Package eventctx puts it there; a context of
// another package that carries an actor itself answers to the key in its Value method.
package actorkey

// Key is the key. Its value in a context is a non-nil *eventctx.Actor.
type Key struct{}
