// SPDX-License-Identifier: Apache-2.0

// Package identity knows the names of fields that tell users, sessions or traces apart, and of those that mostly identify people.
package identity

import (
	"slices"
	"strings"
	"unicode"
)

// identities are the names of fields that tell users, sessions, events or traces apart. A name counts without regard to case,
// "_", "-" and "$". A field id within one of them is one too.
var identities = []string{
	"user", "userid", "session", "sessionid", "idempotencykey", "trace", "traceid", "span", "spanid",
}

// personal are the names of fields which mostly hold what identifies a person. A name counts without regard to case, "_",
// "-" and "$", and is one of these as a whole. docs/event-map.md lists them.
var personal = []string{
	"accountid", "actor", "actorid", "advertisingid", "anonymousid", "clientip", "contactid", "cookie", "customerid", "deviceid",
	"displayname", "distinctid", "email", "emailaddress", "employeeid", "firstname", "fullname", "iban", "imei", "ip", "ipaddress",
	"lastname", "login", "loginname", "mail", "memberid", "mobile", "msisdn", "nickname", "opponentid", "passport", "patientid",
	"phone", "phonenumber", "player", "playerid", "remoteaddr", "remoteip", "sid", "ssn", "sub", "surname", "token", "uid", "userip",
	"username", "visitor", "visitorid",
}

// Names returns the names of fields that tell users, sessions or traces apart, as [Fold] writes them.
func Names() []string { return slices.Clone(identities) }

// PersonalNames returns the names of fields that mostly identify people, as [Fold] writes them, in their order.
func PersonalNames() []string { return slices.Clone(personal) }

// Tells reports whether a path leads to a field that tells users, sessions or traces apart. A part may have dots, which divide it.
func Tells(path []string) bool {
	path = parts(path)
	last := Fold(path[len(path)-1])
	if last == "id" && len(path) > 1 {
		last = Fold(path[len(path)-2])
	}
	return slices.Contains(identities, last)
}

// Personal reports whether the end of a path is a name that mostly identifies people; of player.id it is playerid. A part may have
// dots, which divide it.
func Personal(path []string) bool {
	path = parts(path)
	last := Fold(path[len(path)-1])
	if last == "id" && len(path) > 1 {
		last = Fold(path[len(path)-2]) + last
	}
	return slices.Contains(personal, last)
}

// Fold returns a name in lower case without "_", "-" and "$".
func Fold(name string) string {
	return strings.Map(func(c rune) rune {
		if c == '_' || c == '-' || c == '$' {
			return -1
		}
		return unicode.ToLower(c)
	}, name)
}

// parts divides the parts of a path at their dots.
func parts(path []string) []string { return strings.Split(strings.Join(path, "."), ".") }
