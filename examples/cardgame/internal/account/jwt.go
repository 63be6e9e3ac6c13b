// SPDX-License-Identifier: Apache-2.0

package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

// jwtHeader is the only header that is accepted, so that no token chooses how
// it is checked: {"alg":"HS256","typ":"JWT"}.
const jwtHeader = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"

const jwtLifetime = 24 * time.Hour

type claims struct {
	Subject string `json:"sub"`
	Expires int64  `json:"exp"` // Unix time in seconds
}

// signJWT returns a JSON Web Token (RFC 7519) that says who its bearer is.
func signJWT(key []byte, id string) string {
	payload, _ := json.Marshal(claims{Subject: id, Expires: time.Now().Add(jwtLifetime).Unix()})
	text := jwtHeader + "." + base64.RawURLEncoding.EncodeToString(payload)
	return text + "." + base64.RawURLEncoding.EncodeToString(mac(key, text))
}

func verifyJWT(key []byte, token string) (id string, err error) {
	wrong := rule.Break(rule.Credentials, "jwt is not a token of this service, or has expired")
	at := strings.LastIndexByte(token, '.')
	if at < 0 {
		return "", wrong
	}
	signature, err := base64.RawURLEncoding.DecodeString(token[at+1:])
	if err != nil || !hmac.Equal(signature, mac(key, token[:at])) {
		return "", wrong
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(token[:at], jwtHeader+"."))
	if err != nil {
		return "", wrong
	}
	var c claims
	if err := json.Unmarshal(payload, &c); err != nil || time.Now().Unix() >= c.Expires {
		return "", wrong
	}
	return c.Subject, nil
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
