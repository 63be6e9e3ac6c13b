// SPDX-License-Identifier: Apache-2.0

package observe

// Bounds of the values of one field that are kept.
const (
	mostValues     = 30 // different ones
	mostValueBytes = 64 // of one
)

// value is one value of a text field.
type value struct {
	count int64
	users few
}

// values are the different texts of a field: themselves while there are few and short ones, and their number in any case.
type values struct {
	all      map[string]*value // nil once there are too many, or one is too long
	dropped  bool
	distinct distinct
}

// add adds a text. user is the hash of who sent it; none when known is false.
func (v *values) add(text []byte, user uint64, known bool) {
	v.distinct.add(hash(text))
	if v.dropped {
		return
	}
	one := v.all[string(text)]
	if one == nil {
		if len(v.all) == mostValues || len(text) > mostValueBytes {
			v.all, v.dropped = nil, true
			return
		}
		if v.all == nil {
			v.all = map[string]*value{}
		}
		one = &value{}
		v.all[string(text)] = one
	}
	one.count++
	if known {
		one.users.add(user)
	}
}
