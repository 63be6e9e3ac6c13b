// SPDX-License-Identifier: Apache-2.0

package procdir

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Mark returns the mark of a destination: eight characters that tell one from another.
func Mark(destination string) string {
	sum := sha256.Sum256([]byte(destination))
	return hex.EncodeToString(sum[:4])
}

// NewName returns a name that no other process takes.
func NewName(mark string, now time.Time) string {
	var random [4]byte
	_, _ = rand.Read(random[:]) // never fails
	return "process-" + now.UTC().Format(timeFormat) + "-" + mark + "-" + hex.EncodeToString(random[:])
}

// MarkOf returns the mark in a name; ok is false for what is no name of a process's directory.
func MarkOf(name string) (mark string, ok bool) {
	parts := strings.Split(name, "-")
	if len(parts) != 4 || parts[0] != "process" || !isHex(parts[2]) || !isHex(parts[3]) {
		return "", false
	}
	_, err := time.Parse(timeFormat, parts[1])
	return parts[2], err == nil
}

const timeFormat = "20060102T150405Z"

// isHex reports whether text is four bytes in hexadecimal digits.
func isHex(text string) bool {
	b, err := hex.DecodeString(text)
	return err == nil && len(b) == 4
}
