// SPDX-License-Identifier: Apache-2.0

package account

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

// Convert makes a guest's account a full one, with an e-mail address and a password.
func (a *Accounts) Convert(guest, email, secret string) (Account, error) {
	if err := checkEmail(email); err != nil {
		return Account{}, err
	}
	hash, err := newPassword(secret)
	if err != nil {
		return Account{}, err
	}
	return a.convert(guest, "e-mail address", email, hash)
}

// ConvertGoogle makes a guest's account a full one, of an identity that Google vouches for.
func (a *Accounts) ConvertGoogle(guest, token string) (Account, error) {
	email, err := googleIdentity(token)
	if err != nil {
		return Account{}, err
	}
	return a.convert(guest, "Google account", email, nil)
}

// ConvertPhone makes a guest's account a full one, with a telephone number.
func (a *Accounts) ConvertPhone(guest, number string) (Account, error) {
	digits, plus := strings.CutPrefix(number, "+")
	if !plus || len(digits) < 8 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
		return Account{}, rule.Break(rule.Invalid, "phone is not a telephone number such as +49301234567")
	}
	return a.convert(guest, "telephone number", number, nil)
}

func (a *Accounts) convert(guest, what, login string, hash *password) (Account, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	acc, ok := a.accounts[guest]
	switch {
	case !ok:
		return Account{}, errUnknownSession()
	case !acc.Guest:
		return Account{}, rule.Break(rule.Conflict, "this account is not a guest's")
	}
	if _, taken := a.logins[login]; taken {
		return Account{}, errTaken(what)
	}
	a.logins[login] = acc.ID
	acc.Guest, acc.password = false, hash
	if what != "telephone number" {
		acc.Email = login
	}
	return acc.Account, nil
}
