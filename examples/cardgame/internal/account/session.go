// SPDX-License-Identifier: Apache-2.0

package account

import (
	"crypto/rand"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

// Session is what a login hands out.
type Session struct {
	Account
	ID  string // of the session: what the Authorization header carries
	JWT string // logs in again after the session has ended
}

// Open opens a session for an account that has just proved who they are, or
// was just made.
func (a *Accounts) Open(acc Account) Session {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := Session{Account: acc, ID: "s-" + rand.Text(), JWT: signJWT(a.jwtKey, acc.ID)}
	a.sessions[s.ID] = acc.ID
	return s
}

// LogIn checks an e-mail address and its password.
func (a *Accounts) LogIn(email, secret string) (Account, error) {
	id, hash := a.login(email)
	// One answer to both, so that nobody learns who has an account here.
	if hash == nil || !hash.matches(secret) {
		return Account{}, rule.Break(rule.Credentials, "the e-mail address or the password is wrong")
	}
	return a.account(id)
}

func (a *Accounts) login(email string) (id string, hash *password) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id = a.logins[email]
	if acc, ok := a.accounts[id]; ok {
		hash = acc.password
	}
	return id, hash
}

// LogInGoogle checks the identity that Google vouches for.
func (a *Accounts) LogInGoogle(token string) (Account, error) {
	email, err := googleIdentity(token)
	if err != nil {
		return Account{}, err
	}
	a.mu.Lock()
	id := a.logins[email]
	a.mu.Unlock()
	return a.account(id)
}

// LogInJWT checks a token that an earlier login handed out.
func (a *Accounts) LogInJWT(token string) (Account, error) {
	id, err := verifyJWT(a.jwtKey, token)
	if err != nil {
		return Account{}, err
	}
	return a.account(id)
}

// LogInSession returns whose session it is.
func (a *Accounts) LogInSession(session string) (Account, error) {
	a.mu.Lock()
	id, ok := a.sessions[session]
	a.mu.Unlock()
	if !ok {
		return Account{}, errUnknownSession()
	}
	return a.account(id)
}

// Close ends a session.
func (a *Accounts) Close(session string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.sessions, session)
}

func (a *Accounts) account(id string) (Account, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	acc, ok := a.accounts[id]
	if !ok {
		return Account{}, rule.Break(rule.Credentials, "there is no such account: register first")
	}
	return acc.Account, nil
}

func errUnknownSession() error {
	return rule.Break(rule.Credentials, "the session is not known, or has ended: log in")
}
