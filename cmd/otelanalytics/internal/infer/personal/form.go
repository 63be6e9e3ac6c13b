// SPDX-License-Identifier: Apache-2.0

package personal

import (
	"net/netip"
	"regexp"
	"strings"
)

// MostBytes is how much of a text is looked at.
const MostBytes = 4 << 10

var (
	// A colon behind it makes it the address of a repository, such as git@host:path.
	email = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?:[^A-Za-z0-9.:/-]|\.(?:\s|$)|$)`)
	// International, as in ITU-T E.123, or national of North America.
	phone = regexp.MustCompile(`^(?:\+[0-9](?:[ ()./-]{0,2}[0-9]){6,14}|\(?[2-9][0-9]{2}\)?[ .-][0-9]{3}[ .-][0-9]{4})$`)
	iban  = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$`)
	card  = regexp.MustCompile(`^[2-6](?:[ -]?[0-9]){12,18}$`)
	jwt   = regexp.MustCompile(`^eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.`)
	id    = regexp.MustCompile(`^(?:[0-9]+|[0-9a-fA-F]{16,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$`)
	// two or three words that begin with a capital letter, the first without anything else
	fullName = regexp.MustCompile(`^(\p{Lu}\p{Ll}+) (?:\p{Lu}\.? )?(?:\p{Lu}[\p{L}'’-]+)(?: \p{Lu}[\p{L}'’-]+)?$`)
)

// prefixes begin secrets of well-known services.
var prefixes = []string{
	"-----BEGIN ", "Bearer ", "Basic ", "AKIA", "AIza", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-",
	"sk_live_", "sk_test_", "rk_live_", "whsec_", "xoxb-", "xoxp-", "xapp-",
}

// ByForm returns what a text seems to be; None for the most.
func ByForm(text string) Kind {
	text = text[:min(len(text), MostBytes)]
	switch {
	case text == "":
		return None
	case strings.IndexByte(text, '@') > 0 && email.MatchString(text):
		return Email
	case secret(text):
		return Token
	case len(text) > 64: // none of what follows is longer
		return None
	case address(text):
		return IP
	}
	digit := text[0] >= '0' && text[0] <= '9'
	switch {
	case (digit || text[0] == '+' || text[0] == '(') && phone.MatchString(text):
		return Phone
	case digit && card.MatchString(text) && luhn(text):
		return Card
	case len(text) >= 15 && iban.MatchString(text) && mod97(text):
		return IBAN
	case strings.IndexByte(text, ' ') > 0:
		if m := fullName.FindStringSubmatch(text); m != nil && given(m[1]) {
			return Name
		}
	}
	return None
}

// IsID reports whether a text looks like an identifier that was generated, or like data about a person: as the key of an object it
// is a value.
func IsID(text string) bool {
	return id.MatchString(text) || ByForm(text) != None
}

func secret(text string) bool {
	if jwt.MatchString(text) {
		return true
	}
	for _, p := range prefixes {
		if len(text) >= len(p)+8 && strings.HasPrefix(text, p) {
			return true
		}
	}
	return false
}

// address reports whether a text is an IP address, perhaps with a port.
func address(text string) bool {
	if strings.Count(text, ".") != 3 && strings.Count(text, ":") < 2 {
		return false
	}
	if _, err := netip.ParseAddr(text); err == nil {
		return true
	}
	_, err := netip.ParseAddrPort(text)
	return err == nil
}

// luhn reports whether the digits of a text pass the check of ISO/IEC 7812-1, annex B.
func luhn(text string) bool {
	sum, double := 0, false
	for i := len(text) - 1; i >= 0; i-- {
		d := int(text[i]) - '0'
		if d < 0 || d > 9 {
			continue
		}
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}

// mod97 reports whether an IBAN passes the check of ISO 13616.
func mod97(text string) bool {
	rest := 0
	for _, c := range text[4:] + text[:4] {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest == 1
}
