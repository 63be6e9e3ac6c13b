// SPDX-License-Identifier: Apache-2.0

package personal

import (
	"slices"
	"strings"
	"unicode"

	"github.com/otelanalytics/otelanalytics-go/internal/identity"
)

// last are words that a name ends in, by what the field then seems to be: customer_email, homePhone, accessToken.
var last = map[string]Kind{
	"email": Email, "mail": Email, "phone": Phone, "telephone": Phone, "msisdn": Phone, "ip": IP,
	"password": Token, "passwd": Token, "passphrase": Token, "secret": Token, "token": Token, "authorization": Token, "cookie": Token,
	"cvv": Token, "cvc": Token, "otp": Token, "credential": Token, "iban": IBAN, "ssn": Identity, "passport": Identity,
	"surname": Name, "nickname": Name, "username": Name, "birthday": Identity, "birthdate": Identity, "street": Identity,
}

// whole are names, as [identity.Fold] writes them, beside those of package identity.
var whole = map[string]Kind{
	"apikey": Token, "privatekey": Token, "pwd": Token, "mobilenumber": Phone, "tel": Phone, "remoteaddress": IP, "clientaddress": IP,
	"cardnumber": Card, "creditcard": Card, "ccnumber": Card, "pan": Card, "dob": Identity, "dateofbirth": Identity,
	"givenname": Name, "familyname": Name, "middlename": Name, "maidenname": Name, "legalname": Name, "contactname": Name,
	"streetaddress": Identity, "addressline1": Identity, "addressline2": Identity, "taxid": Identity, "nationalid": Identity,
}

// ofIdentity says more precisely what some names of package identity are.
var ofIdentity = map[string]Kind{
	"emailaddress": Email, "mobile": Phone, "phonenumber": Phone, "clientip": IP, "ipaddress": IP, "remoteaddr": IP, "remoteip": IP, "userip": IP,
	"displayname": Name, "firstname": Name, "fullname": Name, "lastname": Name, "sid": Token,
}

// people are objects whose field name is that of a person.
var people = []string{
	"author", "buyer", "committer", "contact", "customer", "driver", "employee", "member", "owner", "passenger", "patient", "person",
	"player", "profile", "pusher", "recipient", "sender", "shipping", "billing", "student", "user", "visitor",
}

// things are objects whose name, full or for display, is nobody's.
var things = []string{
	"app", "article", "brand", "campaign", "category", "channel", "collection", "company", "course", "event", "feature", "file", "game",
	"item", "organization", "package", "plan", "product", "project", "repo", "repository", "site", "store", "team", "workflow",
}

// ByName returns what a field of an event's data seems to be by its path, which has at least one part; None for the most.
func ByName(path []string) Kind {
	name, above := path[len(path)-1], ""
	folded := identity.Fold(name)
	if len(path) > 1 {
		above = strings.TrimSuffix(identity.Fold(path[len(path)-2]), "s")
	}
	if (folded == "fullname" || folded == "displayname") && slices.Contains(things, above) {
		return None
	}
	if k, ok := whole[folded]; ok {
		return k
	}
	if folded == "name" && slices.Contains(people, above) {
		return Name
	}
	if k, ok := last[strings.TrimSuffix(lastWord(name), "s")]; ok {
		return k
	}
	if identity.Personal(path) || identity.Personal([]string{strings.TrimSuffix(name, "s")}) {
		if k, ok := ofIdentity[folded]; ok {
			return k
		}
		return Identity
	}
	return None
}

// codes are secrets that can be integers. Other secrets that are integers are mostly counts, such as those of tokens.
var codes = []string{"cvv", "cvc", "otp", "password", "passwd", "passphrase", "pwd"}

// Numeric reports whether an integer can be what ByName took the field at path for.
func Numeric(k Kind, path []string) bool {
	switch k {
	case None, Email, IP, Name:
		return false
	case Token:
		return slices.Contains(codes, strings.TrimSuffix(lastWord(path[len(path)-1]), "s"))
	default:
		return true
	}
}

// lastWord returns the last word of a name in snake_case, kebab-case or camelCase, in lower case.
func lastWord(name string) string {
	if i := strings.LastIndexAny(name, "_- .$"); i >= 0 {
		name = name[i+1:]
	}
	runes := []rune(name)
	for i := len(runes) - 1; i > 0; i-- {
		if unicode.IsUpper(runes[i]) && unicode.IsLower(runes[i-1]) {
			runes = runes[i:]
			break
		}
	}
	return strings.ToLower(string(runes))
}
