#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# An update of Node.js 22 makes amounts in rupiahs, Colombian pesos, forints and Pakistani rupees a hundred times as large.
#
# Expected  Payment services give amounts in the smallest unit of a currency. To store such an amount in whole units, one divides
#           it by a power of ten. Intl.NumberFormat knows the exponent: ECMAScript names ISO 4217, which seldom changes.
# Seen      Node.js 22.21.1 has 2 digits for IDR, COP, HUF and PKR, as ISO 4217 has. Node.js 22.23.5 has 0, so that 150000,
#           which is 1500.00 rupiahs, becomes 150000 rupiahs. For RSD it is the other way round. The digits come from the data of
#           ICU, which Node.js updates within a major version. golang.org/x/text has data of its own: 0 for IDR, COP and PKR, and
#           for RSD and TZS, and it does not know SLE and VES. IQD has 3 digits in ISO 4217, and 0 in all three. Two money
#           libraries for Go, and currency-codes for Node.js, have the digits of ISO 4217.
# Versions  Node.js 22.21.1 (ICU 77.1) and 22.23.5 (ICU 78.3); npm currency-codes 2.2.0; Go golang.org/x/text 0.44.0,
#           github.com/Rhymond/go-money 1.0.15, github.com/bojanz/currency 1.4.2
# Date      2026-11-28
# Sources   https://tc39.es/ecma402/#sec-currencydigits, https://pkg.go.dev/golang.org/x/text/currency#Standard
#           https://www.six-group.com/en/products-services/financial-information/market-reference-data/data-standards.html (ISO 4217)
set -euo pipefail

recorded='      currency-codes  Node 22.21.1  Node 22.23.5  bojanz  go-money  x/text
EUR                2             2             2       2         2       2
JPY                0             0             0       0         0       0
BHD                3             3             3       3         3       3
IDR                2             2             0       2         2       0
COP                2             2             0       2         2       0
HUF                2             2             0       2         2       2
PKR                2             2             0       2         2       0
RSD                2             0             2       2         2       0
TZS                2             2             2       2         2       0
IQD                3             0             0       3         3       0
SLE                2             2             2       2         2  unknown
VES                2             2             2       2         2  unknown'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >digits.cjs <<'JS'
const digits = {};
for (const code of process.argv.slice(2)) digits[code] = String(new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits);
console.log(JSON.stringify(digits));
JS

cat >main.go <<'GO'
package main

import (
	"encoding/json"
	"os"
	"strconv"

	"github.com/Rhymond/go-money"
	"github.com/bojanz/currency"
	text "golang.org/x/text/currency"
)

func main() {
	tables := map[string]map[string]string{"x/text": {}, "go-money": {}, "bojanz": {}}
	for _, code := range os.Args[1:] {
		tables["x/text"][code] = "unknown"
		if unit, err := text.ParseISO(code); err == nil {
			scale, _ := text.Standard.Rounding(unit)
			tables["x/text"][code] = strconv.Itoa(scale)
		}
		tables["go-money"][code] = strconv.Itoa(money.GetCurrency(code).Fraction)
		digits, _ := currency.GetDigits(code)
		tables["bojanz"][code] = strconv.Itoa(int(digits))
	}
	if err := json.NewEncoder(os.Stdout).Encode(tables); err != nil {
		panic(err)
	}
}
GO

cat >table.cjs <<'JS'
const { readFileSync } = require('fs');
const codes = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(file));
const iso = Object.fromEntries(codes.map((code) => [code, String(require('currency-codes').code(code).digits)]));
const tables = { 'currency-codes': iso, 'Node 22.21.1': read('22.21.1.json'), 'Node 22.23.5': read('22.23.5.json'), ...read('go.json') };
console.log(['    ', ...Object.keys(tables)].join('  '));
for (const code of codes) {
  console.log([`${code} `, ...Object.entries(tables).map(([name, table]) => table[code].padStart(name.length))].join('  '));
}
JS

codes='EUR JPY BHD IDR COP HUF PKR RSD TZS IQD SLE VES'
npm init -y >/dev/null
binary="node-$(node -p 'process.platform + "-" + process.arch')"
npm install --loglevel=error --no-audit --no-fund --ignore-scripts currency-codes@2.2.0 "before@npm:$binary@22.21.1" "after@npm:$binary@22.23.5" >/dev/null
cat >go.mod <<'MOD'
module finding

go 1.26
MOD
go get github.com/Rhymond/go-money@v1.0.15 github.com/bojanz/currency@v1.4.2 golang.org/x/text@v0.44.0 2>/dev/null
# shellcheck disable=SC2086
{
  node_modules/before/bin/node digits.cjs $codes >22.21.1.json
  node_modules/after/bin/node digits.cjs $codes >22.23.5.json
  go run . $codes >go.json
  saw=$(node table.cjs $codes)
}

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
