// SPDX-License-Identifier: Apache-2.0

package account

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

// iterations of the password's hash. A service that keeps its accounts takes a
// thousand times as many; here it would be all that the example measures.
const iterations = 600

// minPassword is the length of the shortest password in bytes.
const minPassword = 8

type password struct {
	salt, hash []byte
}

func newPassword(secret string) (*password, error) {
	if len(secret) < minPassword {
		return nil, rule.Break(rule.Invalid, "password has fewer than %d characters", minPassword)
	}
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	hash, err := derive(secret, salt)
	return &password{salt: salt, hash: hash}, err
}

func (p *password) matches(secret string) bool {
	hash, err := derive(secret, p.salt)
	return err == nil && subtle.ConstantTimeCompare(hash, p.hash) == 1
}

func derive(secret string, salt []byte) ([]byte, error) {
	return pbkdf2.Key(sha256.New, secret, salt, iterations, sha256.Size)
}
