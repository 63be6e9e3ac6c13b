// SPDX-License-Identifier: Apache-2.0

// Package loopback lets in the browsers of this machine that were given a URL with a token, and nobody else.
//
//	g := loopback.New()
//	fmt.Println(url + "?token=" + g.Token())
//	…
//	if err := loopback.Check(r); err != nil { … } // it did not come from this machine
//	if g.Redeem(w, r) { … }                       // the token is used up, the answer has a cookie
//	if !g.Knows(r) { … }                          // no cookie
//
// That a connection comes from a loopback address says little: a proxy on this machine delivers what others send. [Check]
// therefore asks for the two usual loopback addresses, and for no header of a proxy. The Host header must name the loopback, too:
// a page of another site cannot have that (DNS rebinding). The token keeps out other users and programs of the machine.
package loopback
