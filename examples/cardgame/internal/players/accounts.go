// SPDX-License-Identifier: Apache-2.0

package players

import (
	"encoding/base64"
	"fmt"
	"net/http"
)

// secret is the players' password. Real ones have one each; theirs is not to
// be found anywhere else either.
const secret = "correct horse battery staple"

type sessionAnswer struct {
	UserID  string `json:"user_id"`
	Session string `json:"session"`
	JWT     string `json:"jwt"`
}

func (a *app) register(email, registrationType, accountType string) error {
	in := object(map[string]any{"registration_type": registrationType, "account_type": accountType})
	if registrationType == "google" {
		in["token"] = googleToken(email)
	} else {
		in["email"], in["password"] = email, secret
		a.password = secret
	}
	if err := a.post("/v1/users", in, nil, http.StatusCreated); err != nil {
		return err
	}
	a.email, a.accountType, a.google = email, accountType, registrationType == "google"
	a.truth.registered(registrationType, accountType)
	return nil
}

func (a *app) registerGuest() error {
	a.accountType = "normal"
	return a.open("/v1/guests", nil, func() {
		a.truth.registered("guest", "normal")
		a.truth.event("guest_account_created")
	})
}

// convert makes the guest's account a full one.
func (a *app) convert(method string, proof map[string]any) error {
	proof["conversion_method"] = method
	if err := a.post("/v1/users/me/convert", object(proof), nil, http.StatusOK); err != nil {
		return err
	}
	a.truth.converted(method)
	return nil
}

// logIn opens a session with a method; the empty one sends the e-mail address
// and does not say so.
func (a *app) logIn(method string) error {
	in := object(map[string]any{"auth_method": method})
	switch method {
	case "jwt":
		in["jwt"] = a.jwt
	case "session":
		in["session"] = a.session
	default:
		in["email"], in["password"] = a.email, a.password
	}
	return a.open("/v1/sessions", in, func() { a.truth.loggedIn("user_logged_in", method, a.accountType) })
}

func (a *app) signInGoogle() error {
	in := map[string]any{"token": googleToken(a.email)}
	return a.open("/v1/sessions/google", in, func() { a.truth.loggedIn("google_sign_in", "google", a.accountType) })
}

// open opens a session, counts it and goes on with it.
func (a *app) open(path string, in any, count func()) error {
	var s sessionAnswer
	if err := a.post(path, in, &s, http.StatusCreated); err != nil {
		return err
	}
	count()
	a.id, a.session, a.jwt = s.UserID, s.Session, s.JWT
	return nil
}

func (a *app) logOut() error {
	if _, err := a.call(http.MethodDelete, "/v1/sessions/current", nil, nil, http.StatusNoContent); err != nil {
		return err
	}
	a.truth.event("user_logged_out")
	a.session = ""
	return nil
}

// googleToken is what the service takes for Google's.
func googleToken(email string) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"email":%q}`, email))
}
