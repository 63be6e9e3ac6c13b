#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Watermill's Deduplicator drops nine of ten small, different messages of a minute as duplicates.
#
# Expected  A middleware that drops duplicates compares ids, or a hash whose collisions do not matter in practice.
# Seen      The default key is the Adler-32 checksum of the payload. Its values for short texts that differ in a few digits fall
#           into a small range, so that different messages share a key: of 10,000 messages of 30 bytes, one for each
#           user, 847 reach the handler. No error, log line or count says so. The UUID of the message plays no part, so that
#           two events with the same payload are one, too. The SHA-256 hasher keeps all messages that differ.
# Versions  Go github.com/ThreeDotsLabs/watermill 1.5.1
# Date      2026-11-27
# Sources   https://pkg.go.dev/github.com/ThreeDotsLabs/watermill/message/router/middleware#Deduplicator
set -euo pipefail

recorded='default        847 of 10000 different messages handled
SHA-256        10000 of 10000 different messages handled
SHA-256        1 of 2 messages with one payload and two UUIDs handled'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"fmt"
	"math"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/message/router/middleware"
)

func main() {
	var different []string
	for i := range 10000 {
		different = append(different, fmt.Sprintf(`{"user":"u-%04d","liked":true}`, i))
	}
	sha := func() *middleware.Deduplicator {
		return &middleware.Deduplicator{KeyFactory: middleware.NewMessageHasherSHA256(math.MaxInt64)}
	}
	fmt.Printf("default        %d of 10000 different messages handled\n", handled(&middleware.Deduplicator{}, different))
	fmt.Printf("SHA-256        %d of 10000 different messages handled\n", handled(sha(), different))
	fmt.Printf("SHA-256        %d of 2 messages with one payload and two UUIDs handled\n", handled(sha(), []string{different[0], different[0]}))
}

// handled passes the payloads through the middleware, each with a UUID of its own, and counts what the handler gets.
func handled(deduplicator *middleware.Deduplicator, payloads []string) (n int) {
	handler := deduplicator.Middleware(func(*message.Message) ([]*message.Message, error) { n++; return nil, nil })
	for _, payload := range payloads {
		if _, err := handler(message.NewMessage(watermill.NewUUID(), []byte(payload))); err != nil {
			panic(err)
		}
	}
	return n
}
GO

go mod init finding 2>/dev/null
go mod edit -require=github.com/ThreeDotsLabs/watermill@v1.5.1
go build -mod=mod -o handle . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./handle)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
