// SPDX-License-Identifier: Apache-2.0

package account

import (
	"crypto/rand"
	"strings"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

// The types of an account. Old apps do not say which: such an account has the
// empty type and may do what a normal one may.
const (
	Normal  = "normal"
	Premium = "premium"
	Admin   = "admin"
)

// staff is where the e-mail addresses of administrators end.
const staff = "@staff.example"

// Account is a player. It is a copy: the accounts themselves change through
// the methods of Accounts.
type Account struct {
	ID    string
	Type  string
	Email string // empty for guests, and for those who have a telephone number instead
	Guest bool
}

// Accounts has all accounts and sessions. It is safe for concurrent use.
type Accounts struct {
	mu       sync.Mutex
	accounts map[string]*account // by id
	logins   map[string]string   // e-mail address or telephone number → id
	sessions map[string]string   // session → id
	jwtKey   []byte
}

type account struct {
	Account
	password *password // nil: none, such as for those who come from Google
}

// New returns no accounts yet.
func New() *Accounts {
	return &Accounts{
		accounts: map[string]*account{}, logins: map[string]string{}, sessions: map[string]string{},
		jwtKey: []byte(rand.Text()), // tokens end with the process, as the accounts do
	}
}

// Register makes an account for an e-mail address, with a password.
func (a *Accounts) Register(email, secret, accountType string) (Account, error) {
	hash, err := newPassword(secret)
	if err != nil {
		return Account{}, err
	}
	return a.register(email, hash, accountType)
}

// RegisterGoogle makes an account for the identity that Google vouches for.
func (a *Accounts) RegisterGoogle(token, accountType string) (Account, error) {
	email, err := googleIdentity(token)
	if err != nil {
		return Account{}, err
	}
	return a.register(email, nil, accountType)
}

// RegisterGuest makes an account that nobody else can log in to.
func (a *Accounts) RegisterGuest() Account {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.add(&account{Account: Account{Type: Normal, Guest: true}})
}

func (a *Accounts) register(email string, hash *password, accountType string) (Account, error) {
	if err := checkEmail(email); err != nil {
		return Account{}, err
	}
	if err := rule.OneOf("account_type", accountType, Normal, Premium, Admin); err != nil {
		return Account{}, err
	}
	if accountType == Admin && !strings.HasSuffix(email, staff) {
		return Account{}, rule.Break(rule.Forbidden, "administrators have an e-mail address that ends in %s", staff)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, taken := a.logins[email]; taken {
		return Account{}, errTaken("e-mail address")
	}
	added := a.add(&account{Account: Account{Type: accountType, Email: email}, password: hash})
	a.logins[email] = added.ID
	return added, nil
}

func (a *Accounts) add(acc *account) Account {
	acc.ID = "u-" + rand.Text()
	a.accounts[acc.ID] = acc
	return acc.Account
}

func checkEmail(email string) error {
	local, domain, ok := strings.Cut(email, "@")
	if !ok || local == "" || domain == "" || len(email) > 254 || strings.ContainsAny(email, " \t\r\n") {
		return rule.Break(rule.Invalid, "email is not an e-mail address")
	}
	return nil
}

func errTaken(what string) error {
	return rule.Break(rule.Conflict, "there is an account with this %s: log in", what)
}
