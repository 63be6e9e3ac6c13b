#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A JsonLogic rule gives one result in JavaScript and another in Go, for a missing field, a number in text or a flag.
#
# Expected  JsonLogic is a form of rules that several languages share, so that a browser and a server choose the same events. The
#           site of the form has tests for all libraries. A rule of its basic operators gives one result.
# Seen      With a missing field, "amount <= 0" is true in JavaScript and false in Go. The number 7 is in the list ["7", "8"] in Go
#           alone. true == 1 holds in JavaScript alone, and so does "not {}" in Go. A field with empty text is missing in
#           JavaScript and present in Go. A default replaces null in Go, and not in JavaScript. Neither has an error.
# Versions  npm json-logic-js 2.0.5; Go github.com/diegoholiveira/jsonlogic/v3 3.5.1
# Date      2026-11-28
# Sources   https://jsonlogic.com/operations.html, https://jsonlogic.com/tests.json
set -euo pipefail

recorded='{"id":7,"paid":true,"coupon":{},"note":"","plan":null,"price":"12.5"}
{"<=":[{"var":"amount"},0]}       JavaScript true, Go false
{"in":[{"var":"id"},["7","8"]]}   JavaScript false, Go true
{"==":[{"var":"paid"},1]}         JavaScript true, Go false
{"!":[{"var":"coupon"}]}          JavaScript false, Go true
{"missing":["note"]}              JavaScript ["note"], Go []
{"var":["plan","free"]}           JavaScript null, Go "free"
{">":[{"var":"price"},10]}        JavaScript true, Go true
{"==":[{"var":"price"},12.5]}     JavaScript true, Go true'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >rules.txt <<'TXT'
{"<=":[{"var":"amount"},0]}
{"in":[{"var":"id"},["7","8"]]}
{"==":[{"var":"paid"},1]}
{"!":[{"var":"coupon"}]}
{"missing":["note"]}
{"var":["plan","free"]}
{">":[{"var":"price"},10]}
{"==":[{"var":"price"},12.5]}
TXT
echo '{"id":7,"paid":true,"coupon":{},"note":"","plan":null,"price":"12.5"}' >event.json

cat >main.go <<'GO'
package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"github.com/diegoholiveira/jsonlogic/v3"
)

func main() {
	rules, err := os.ReadFile("rules.txt")
	check(err)
	event, err := os.ReadFile("event.json")
	check(err)
	for rule := range strings.Lines(string(rules)) {
		var result bytes.Buffer
		check(jsonlogic.Apply(strings.NewReader(rule), bytes.NewReader(event), &result))
		fmt.Println(strings.TrimSpace(result.String()))
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
GO

cat >main.cjs <<'JS'
const { readFileSync } = require('fs');
const { apply } = require('json-logic-js');
const event = JSON.parse(readFileSync('event.json'));
const go = readFileSync('go.txt', 'utf8').split('\n');
for (const [i, rule] of readFileSync('rules.txt', 'utf8').trim().split('\n').entries()) {
  console.log(`${rule.padEnd(32)}  JavaScript ${JSON.stringify(apply(JSON.parse(rule), event))}, Go ${go[i]}`);
}
JS

cat >go.mod <<'MOD'
module finding

go 1.26
MOD
go get github.com/diegoholiveira/jsonlogic/v3@v3.5.1 2>/dev/null
npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts json-logic-js@2.0.5 >/dev/null
go run . >go.txt
saw=$(cat event.json && node main.cjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
