// SPDX-License-Identifier: Apache-2.0

package eventdoc

import (
	"slices"
	"strings"
)

// LinkRule says which events link an id to that of their user: those of some types, by a field of the document.
type LinkRule struct {
	Types []string
	Field string
}

// LinkRules are the rules, by what package ingest makes of the calls of clients:
//
//	alias         Segment's alias: previousId
//	$create_alias PostHog's alias, $merge_dangerously too
//	identify      Segment's identify: anonymousId
//	$identify     PostHog's identify: $anon_distinct_id
var LinkRules = []LinkRule{
	{[]string{"alias"}, FieldData + ".previous_id"},
	{[]string{"$create_alias", "$merge_dangerously"}, FieldData + ".alias"},
	{[]string{"identify", "$identify"}, FieldAnonymousID},
}

// clientIDs are the names under which clients send an id of a person, a session or a group. One that did not become a field of the
// document stays in the data.
var clientIDs = []string{
	"previousId", "user_id", "userId", "$user_id", "anonymous_id", "anonymousId", "distinct_id", "$distinct_id", "$anon_distinct_id",
	"$device_id", "session_id", "sessionId", "$session_id", "group_id", "groupId", "$group_key", "$groups",
}

// DataIDs returns the fields of the data that hold an id: those of [LinkRules], and those that clients send.
func DataIDs() []string {
	all := slices.Clone(clientIDs)
	for _, r := range LinkRules {
		if name, ok := strings.CutPrefix(r.Field, FieldData+"."); ok {
			all = append(all, name)
		}
	}
	return all
}
