// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// identifying are the names of attributes, and of the fields that feed them, which mostly hold what identifies a person. A name
// counts without regard to case, "_" and "-", and is one of these as a whole. docs/event-map.md lists them.
var identifying = []string{
	"accountid", "actor", "actorid", "advertisingid", "anonymousid", "clientip", "contactid", "cookie", "customerid", "deviceid",
	"displayname", "distinctid", "email", "emailaddress", "employeeid", "firstname", "fullname", "iban", "imei", "ip", "ipaddress",
	"lastname", "login", "loginname", "mail", "memberid", "mobile", "msisdn", "nickname", "opponentid", "passport", "patientid",
	"phone", "phonenumber", "player", "playerid", "remoteaddr", "remoteip", "sid", "ssn", "sub", "surname", "token", "uid", "userip",
	"username", "visitor", "visitorid",
}

// identifies reports whether the end of a path is one of the names; of player.id it is playerid.
func identifies(path Path) bool {
	path = strings.Split(pathText(path), ".") // the name of an attribute is one part, whatever dots it has
	last := fold(path[len(path)-1])
	if last == "id" && len(path) > 1 {
		last = fold(path[len(path)-2]) + last
	}
	return slices.Contains(identifying, last)
}

const identifiesFix = "leave the attribute out, list the values that it can have, or say identifies: false if it tells nobody apart"

// checkIdentifying refuses an attribute without listed values whose name is one that identifies people.
func checkIdentifying(key strictyaml.Node, a *Attribute) {
	if a.Limit > 0 && !a.NotIdentifying && !identity(Path{a.Name}) && identifies(Path{a.Name}) {
		key.Fail("the attribute "+words.Quote(a.Name)+" has a limit and no values, and attributes of that name mostly identify people: labels are shown to everybody who sees a dashboard, and no deletion reaches them", identifiesFix)
	}
}

// identifying reports whether a field that feeds an attribute identifies people, by its name alone: that of the attribute
// is refused where it stands.
func (d *metricDecl) identifying(i int, path Path) bool {
	a := &d.metric.Attributes[i]
	return a.Limit > 0 && !a.NotIdentifying && !identifies(Path{a.Name}) && identifies(path)
}
