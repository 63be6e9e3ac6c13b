// SPDX-License-Identifier: Apache-2.0

package bsondoc

// jsonMembers are the members of a JSON object that were appended to a document. JSON may have a name several times, and not every
// engine stores such a document. The last member of a name counts, as RFC 8259, section 4, has it of most implementations.
type jsonMembers struct {
	all   []jsonMember
	named map[string]int // the index in all of the last one of a name; nil: few enough to look at each
	again bool           // a name came again
}

type jsonMember struct {
	name   string
	at     int  // where its element begins
	former bool // another one of its name follows
}

// manyMembers is the number from which on members are looked up in a map.
const manyMembers = 16

// add notes the member whose element begins at a place.
func (m *jsonMembers) add(name string, at int) {
	if i := m.find(name); i >= 0 {
		m.all[i].former, m.again = true, true
	}
	m.all = append(m.all, jsonMember{name: name, at: at})
	if m.named != nil {
		m.named[name] = len(m.all) - 1
	}
}

// find returns the index of the last member of a name, or -1.
func (m *jsonMembers) find(name string) int {
	if m.named == nil && len(m.all) >= manyMembers {
		m.named = make(map[string]int, 2*manyMembers)
		for i := range m.all {
			m.named[m.all[i].name] = i
		}
	}
	if m.named != nil {
		if i, ok := m.named[name]; ok {
			return i
		}
		return -1
	}
	for i := len(m.all) - 1; i >= 0; i-- {
		if m.all[i].name == name {
			return i
		}
	}
	return -1
}

// last removes the elements of members whose name follows again from dst, which ends with the last element.
func (m *jsonMembers) last(dst []byte) []byte {
	if !m.again {
		return dst
	}
	to := m.all[0].at
	for i := range m.all {
		end := len(dst)
		if i+1 < len(m.all) {
			end = m.all[i+1].at
		}
		if !m.all[i].former {
			to += copy(dst[to:], dst[m.all[i].at:end])
		}
	}
	return dst[:to]
}
