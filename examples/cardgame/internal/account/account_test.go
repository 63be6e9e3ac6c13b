// SPDX-License-Identifier: Apache-2.0

package account

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

const secret = "a password"

func kind(err error) rule.Kind {
	var broken *rule.Error
	if !errors.As(err, &broken) {
		return 0
	}
	return broken.Kind
}

func TestEveryWayIn(t *testing.T) {
	a := New()
	acc, err := a.Register("ada@players.example", secret, Premium)
	if err != nil {
		t.Fatal(err)
	}
	google, err := a.RegisterGoogle(GoogleToken("grace@players.example"), "")
	if err != nil {
		t.Fatal(err)
	}
	s := a.Open(acc)
	for _, c := range []struct {
		name  string
		logIn func() (Account, error)
		want  Account
	}{
		{"password", func() (Account, error) { return a.LogIn("ada@players.example", secret) }, acc},
		{"session", func() (Account, error) { return a.LogInSession(s.ID) }, acc},
		{"token", func() (Account, error) { return a.LogInJWT(s.JWT) }, acc},
		{"Google", func() (Account, error) { return a.LogInGoogle(GoogleToken("grace@players.example")) }, google},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := c.logIn(); err != nil || got != c.want {
				t.Errorf("%+v %v, want %+v", got, err, c.want)
			}
		})
	}
	a.Close(s.ID)
	if _, err := a.LogInSession(s.ID); kind(err) != rule.Credentials {
		t.Errorf("a session that has ended: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	a := New()
	if _, err := a.Register("ada@players.example", secret, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := a.RegisterGoogle(GoogleToken("grace@players.example"), ""); err != nil {
		t.Fatal(err)
	}
	full := a.RegisterGuest()
	if _, err := a.ConvertPhone(full.ID, "+49301234567"); err != nil {
		t.Fatal(err)
	}
	guest := a.RegisterGuest()
	only := func(_ Account, err error) error { return err }
	for _, c := range []struct {
		name string
		err  error
		want rule.Kind
	}{
		{"no address", only(a.Register("", secret, "")), rule.Invalid},
		{"half an address", only(a.Register("@players.example", secret, "")), rule.Invalid},
		{"short password", only(a.Register("b@players.example", "short", "")), rule.Invalid},
		{"unknown type", only(a.Register("b@players.example", secret, "king")), rule.Invalid},
		{"administrator from elsewhere", only(a.Register("b@players.example", secret, Admin)), rule.Forbidden},
		{"taken", only(a.Register("ada@players.example", secret, "")), rule.Conflict},
		{"not Google's", only(a.RegisterGoogle("nonsense", "")), rule.Credentials},
		{"wrong password", only(a.LogIn("ada@players.example", "another one")), rule.Credentials},
		{"nobody", only(a.LogIn("nobody@players.example", secret)), rule.Credentials},
		{"nobody of Google's", only(a.LogInGoogle(GoogleToken("nobody@players.example"))), rule.Credentials},
		{"no password to know", only(a.LogIn("grace@players.example", "")), rule.Credentials},
		{"guest without a number", only(a.ConvertPhone(guest.ID, "112")), rule.Invalid},
		{"number taken", only(a.ConvertPhone(guest.ID, "+49301234567")), rule.Conflict},
		{"address taken", only(a.Convert(guest.ID, "ada@players.example", secret)), rule.Conflict},
		{"Google account taken", only(a.ConvertGoogle(guest.ID, GoogleToken("grace@players.example"))), rule.Conflict},
		{"not a guest", only(a.ConvertPhone(full.ID, "+49301234568")), rule.Conflict},
	} {
		t.Run(c.name, func(t *testing.T) {
			if kind(c.err) != c.want {
				t.Errorf("%v, want kind %d", c.err, c.want)
			}
		})
	}
	if acc, err := a.Convert(guest.ID, "guest@players.example", secret); err != nil || acc.Guest || acc.ID != guest.ID {
		t.Errorf("converted to %+v, %v", acc, err)
	}
	if acc, err := a.LogIn("guest@players.example", secret); err != nil || acc.ID != guest.ID {
		t.Errorf("the guest of once logs in as %+v, %v", acc, err)
	}
}

func TestJWT(t *testing.T) {
	key := []byte("a key of the service's own")
	token := signJWT(key, "u-1")
	if id, err := verifyJWT(key, token); err != nil || id != "u-1" {
		t.Fatalf("%s, %v", id, err)
	}
	parts := strings.Split(token, ".")
	encode := base64.RawURLEncoding.EncodeToString
	claim := func(id string, expires time.Time) string {
		payload, err := json.Marshal(claims{Subject: id, Expires: expires.Unix()})
		if err != nil {
			t.Fatal(err)
		}
		return encode(payload)
	}
	signed := func(header, payload string) string {
		return header + "." + payload + "." + encode(mac(key, header+"."+payload))
	}
	later := time.Now().Add(time.Hour)
	for name, wrong := range map[string]string{
		"empty":               "",
		"no dots":             "token",
		"another subject":     parts[0] + "." + claim("u-2", later) + "." + parts[2],
		"no signature":        parts[0] + "." + parts[1] + ".",
		"another key":         signJWT([]byte("another key"), "u-1"),
		"expired":             signed(jwtHeader, claim("u-1", time.Now().Add(-time.Second))),
		"another algorithm":   signed(encode([]byte(`{"alg":"none"}`)), claim("u-1", later)),
		"signed but not JSON": signed(jwtHeader, encode([]byte("text"))),
	} {
		t.Run(name, func(t *testing.T) {
			if id, err := verifyJWT(key, wrong); kind(err) != rule.Credentials || id != "" {
				t.Errorf("taken for %q (%v)", id, err)
			}
		})
	}
}
