// SPDX-License-Identifier: Apache-2.0

// Package loopback admits browsers on this machine that present a URL with a token, and refuses everybody else.
//
//	g := loopback.New()
//	fmt.Println(url + "?token=" + g.Token())
//	…
//	if err := loopback.Check(r); err != nil { … } // it did not come from this machine
//	if g.Redeem(w, r) { … }                       // the token is used up, the answer has a cookie
//	if !g.Knows(r) { … }                          // no cookie
//
// A loopback peer address alone proves little: a proxy on this machine delivers the requests of other machines. [Check]
// therefore requires three things:
//
//   - The peer address is 127.0.0.1 or ::1.
//   - The request has no header of a proxy.
//   - The Host header names the loopback. A page of another site cannot send such a header (DNS rebinding).
//
// The token excludes other users and programs of the machine.
package loopback
