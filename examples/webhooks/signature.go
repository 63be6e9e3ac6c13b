// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
)

// secretVariable names the environment variable that may hold the secret. A
// flag may not: command lines are visible to everybody on the machine.
const secretVariable = "GITHUB_WEBHOOK_SECRET"

// readSecret returns the secret that GitHub signs deliveries with, or nothing
// when deliveries are not signed.
func readSecret(file string) ([]byte, error) {
	if file == "" {
		return []byte(os.Getenv(secretVariable)), nil
	}
	secret, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the webhook's secret: %w", err)
	}
	secret = bytes.TrimRight(secret, "\r\n")
	if len(secret) == 0 {
		// Going on would switch the check off without a word.
		return nil, fmt.Errorf("read the webhook's secret: %s is empty", file)
	}
	return secret, nil
}

// sign returns the X-Hub-Signature-256 header of a body.
func sign(secret, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// signed reports whether header is the signature of body. It takes the same
// time wherever the two differ, so that a signature cannot be guessed byte by
// byte.
func signed(secret, body []byte, header string) bool {
	return hmac.Equal([]byte(header), []byte(sign(secret, body)))
}
