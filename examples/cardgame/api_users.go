// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/account"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

// credentials are what somebody proves with who they are. Old apps do not name
// the kind: it is then known from what they send.
type credentials struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	Token    string `json:"token"` // Google's
	JWT      string `json:"jwt"`
	Session  string `json:"session"`
	Phone    string `json:"phone"`
}

// sessionAnswer is what a login answers.
type sessionAnswer struct {
	UserID  string `json:"user_id"`
	Session string `json:"session"`
	JWT     string `json:"jwt"`
}

func (a *api) register(r *http.Request) (int, any, error) {
	in, err := read[struct {
		RegistrationType string `json:"registration_type"`
		AccountType      string `json:"account_type"`
		credentials
	}](r)
	if err != nil {
		return 0, nil, err
	}
	if err := rule.OneOf("registration_type", in.RegistrationType, "email", "google"); err != nil {
		return 0, nil, err
	}
	var acc account.Account
	if in.RegistrationType == "google" || in.RegistrationType == "" && in.Token != "" {
		acc, err = a.accounts.RegisterGoogle(in.Token, in.AccountType)
	} else {
		acc, err = a.accounts.Register(in.Email, in.Password, in.AccountType)
	}
	if err != nil {
		return 0, nil, err
	}
	a.track.registered(eventctx.WithUser(r.Context(), acc.ID), acc, in.RegistrationType, address(r))
	return http.StatusCreated, map[string]string{"user_id": acc.ID}, nil
}

func (a *api) registerGuest(r *http.Request) (int, any, error) {
	s := a.accounts.Open(a.accounts.RegisterGuest())
	a.track.guestRegistered(began(r.Context(), s), s.Account, address(r))
	return http.StatusCreated, answerOf(s), nil
}

func (a *api) convertGuest(r *http.Request) (int, any, error) {
	in, err := read[struct {
		ConversionMethod string `json:"conversion_method"`
		credentials
	}](r)
	if err != nil {
		return 0, nil, err
	}
	if err := rule.OneOf("conversion_method", in.ConversionMethod, "email", "google", "phone"); err != nil {
		return 0, nil, err
	}
	var acc account.Account
	switch method := in.ConversionMethod; {
	case method == "google" || method == "" && in.Token != "":
		acc, err = a.accounts.ConvertGoogle(player(r), in.Token)
	case method == "phone" || method == "" && in.Phone != "":
		acc, err = a.accounts.ConvertPhone(player(r), in.Phone)
	default:
		acc, err = a.accounts.Convert(player(r), in.Email, in.Password)
	}
	if err != nil {
		return 0, nil, err
	}
	a.track.guestConverted(r.Context(), acc, in.ConversionMethod)
	return http.StatusOK, map[string]string{"user_id": acc.ID}, nil
}

func (a *api) logIn(r *http.Request) (int, any, error) {
	in, err := read[struct {
		AuthMethod string `json:"auth_method"`
		credentials
	}](r)
	if err != nil {
		return 0, nil, err
	}
	if err := rule.OneOf("auth_method", in.AuthMethod, "email", "jwt", "session"); err != nil {
		return 0, nil, err
	}
	var acc account.Account
	switch method := in.AuthMethod; {
	case method == "jwt" || method == "" && in.JWT != "":
		acc, err = a.accounts.LogInJWT(in.JWT)
	case method == "session" || method == "" && in.Session != "":
		acc, err = a.accounts.LogInSession(in.Session)
	default:
		acc, err = a.accounts.LogIn(in.Email, in.Password)
	}
	if err != nil {
		return 0, nil, err
	}
	s := a.accounts.Open(acc)
	a.track.loggedIn(began(r.Context(), s), acc, in.AuthMethod, address(r))
	return http.StatusCreated, answerOf(s), nil
}

func (a *api) signInGoogle(r *http.Request) (int, any, error) {
	in, err := read[credentials](r)
	if err != nil {
		return 0, nil, err
	}
	acc, err := a.accounts.LogInGoogle(in.Token)
	if err != nil {
		return 0, nil, err
	}
	s := a.accounts.Open(acc)
	a.track.googleSignedIn(began(r.Context(), s), acc, address(r))
	return http.StatusCreated, answerOf(s), nil
}

func (a *api) logOut(r *http.Request) (int, any, error) {
	a.accounts.Close(bearer(r))
	a.track.loggedOut(r.Context())
	return http.StatusNoContent, nil, nil
}

func answerOf(s account.Session) sessionAnswer {
	return sessionAnswer{UserID: s.Account.ID, Session: s.ID, JWT: s.JWT}
}
