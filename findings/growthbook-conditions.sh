#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A GrowthBook condition holds for a user in the browser, and not for the same user in Go.
#
# Expected  GrowthBook's SDKs evaluate one payload of features, and its specification has test cases for all of them. So a user who
#           is in an experiment in the browser is in it on the server, and the exposures of both can be counted together.
# Seen      The JavaScript SDK compares as JavaScript does: a missing attribute is less than 10 and at least 0, the text "5" equals 5,
#           and true equals 1. The Go SDK says false each time. So a condition such as "fewer than 10 orders" has all new users in
#           the browser and none of them in Go. A regular expression with a look-ahead, and one for a number, hold in
#           JavaScript alone. Neither SDK has an error. $ne, $in and $exists agree.
# Versions  npm @growthbook/growthbook 1.8.0; Go github.com/growthbook/growthbook-golang 0.7.0
# Date      2026-11-28
# Sources   https://docs.growthbook.io/lib/build-your-own#conditions, https://docs.growthbook.io/features/targeting
set -euo pipefail

recorded='{"id":"user-17","level":5,"levelText":"5","beta":true,"note":null}
{"orders":{"$lt":10}}              JavaScript true, Go false
{"orders":{"$gte":0}}              JavaScript true, Go false
{"note":{"$lte":0}}                JavaScript true, Go false
{"levelText":5}                    JavaScript true, Go false
{"levelText":{"$gt":4}}            JavaScript true, Go false
{"level":"5"}                      JavaScript true, Go false
{"beta":1}                         JavaScript true, Go false
{"levelText":{"$regex":"^(?=5)"}}  JavaScript true, Go false
{"level":{"$regex":"5"}}           JavaScript true, Go false
{"orders":{"$ne":5}}               JavaScript true, Go true
{"levelText":{"$in":[5]}}          JavaScript false, Go false
{"orders":{"$exists":false}}       JavaScript true, Go true'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

echo '{"id":"user-17","level":5,"levelText":"5","beta":true,"note":null}' >user.json
cat >conditions.txt <<'TXT'
{"orders":{"$lt":10}}
{"orders":{"$gte":0}}
{"note":{"$lte":0}}
{"levelText":5}
{"levelText":{"$gt":4}}
{"level":"5"}
{"beta":1}
{"levelText":{"$regex":"^(?=5)"}}
{"level":{"$regex":"5"}}
{"orders":{"$ne":5}}
{"levelText":{"$in":[5]}}
{"orders":{"$exists":false}}
TXT

cat >main.go <<'GO'
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/growthbook/growthbook-golang"
)

func main() {
	ctx := context.Background()
	var user growthbook.Attributes
	check(json.Unmarshal(read("user.json"), &user))
	for condition := range strings.Lines(string(read("conditions.txt"))) {
		features := fmt.Sprintf(`{"feature":{"defaultValue":false,"rules":[{"force":true,"condition":%s}]}}`, condition)
		client, err := growthbook.NewClient(ctx, growthbook.WithAttributes(user), growthbook.WithJsonFeatures(features),
			growthbook.WithLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
		check(err)
		fmt.Println(client.EvalFeature(ctx, "feature").Value)
	}
}

func read(file string) []byte {
	text, err := os.ReadFile(file)
	check(err)
	return text
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
GO

cat >main.cjs <<'JS'
const { readFileSync } = require('fs');
const { GrowthBook } = require('@growthbook/growthbook');
const attributes = JSON.parse(readFileSync('user.json'));
const go = readFileSync('go.txt', 'utf8').split('\n');
for (const [i, condition] of readFileSync('conditions.txt', 'utf8').trim().split('\n').entries()) {
  const rules = [{ force: true, condition: JSON.parse(condition) }];
  const client = new GrowthBook({ attributes, features: { feature: { defaultValue: false, rules } } });
  console.log(`${condition.padEnd(34)} JavaScript ${client.evalFeature('feature').value}, Go ${go[i]}`);
}
JS

cat >go.mod <<'MOD'
module finding

go 1.26
MOD
go get github.com/growthbook/growthbook-golang@v0.7.0 2>/dev/null
npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @growthbook/growthbook@1.8.0 >/dev/null
go run . >go.txt
saw=$(cat user.json && node main.cjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
