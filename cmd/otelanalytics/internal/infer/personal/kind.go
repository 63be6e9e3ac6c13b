// SPDX-License-Identifier: Apache-2.0

package personal

// Kind says what a field or a value seems to be.
type Kind uint8

// The kinds.
const (
	None Kind = iota
	Email
	Phone
	IP
	Card
	IBAN
	Token
	Name
	Identity // another name that mostly identifies people
	Kinds    // how many there are
)

var texts = [Kinds]string{
	Email: "an e-mail address", Phone: "a phone number", IP: "an IP address", Card: "the number of a payment card", IBAN: "a bank account",
	Token: "a secret", Name: "a person's name", Identity: "something that identifies a person",
}

// String says what the kind is, with its article; it is empty for None.
func (k Kind) String() string { return texts[k] }

// threshold is the share of a field's values, one in so many, from which the field counts as one of the kind. Forms that other
// values have by chance need more.
var threshold = [Kinds]int64{Email: 20, Phone: 4, IP: 4, Card: 2, IBAN: 4, Token: 1 << 62, Name: 4}

// OfField returns what a field seems to be of which so many values had each form; None when too few had any. of is the number of
// values.
func OfField(forms *[Kinds]int64, of int64) Kind {
	for k := range Kinds {
		if forms[k] > 0 && forms[k] >= (of+threshold[k]-1)/max(threshold[k], 1) {
			return k
		}
	}
	return None
}

// Any reports whether any value had a form.
func Any(forms *[Kinds]int64) bool {
	for k := range Kinds {
		if forms[k] > 0 {
			return true
		}
	}
	return false
}
