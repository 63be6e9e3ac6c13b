#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Two Avro libraries write the midnight of a birthday in New York as the next day, when it was before 1970.
#
# Expected  A library takes the day of a time in the zone of the time, or in UTC, and does so in every year.
# Seen      hamba/avro and goavro divide the seconds since 1970 and round towards 0: down after 1970, up before it. So midnight in
#           New York is that day in 1985 and the next day in 1965, and midnight in Berlin is the day before in 1985 and that day
#           in 1965. Midnight in UTC is right. twmb/avro takes the day in the zone of the time, in every year.
# Versions  Go github.com/hamba/avro/v2 2.31.0, github.com/linkedin/goavro/v2 2.15.0, github.com/twmb/avro 1.9.1
# Date      2026-11-28
# Sources   https://avro.apache.org/docs/1.12.0/specification/#date
set -euo pipefail

recorded='1985-05-05 00:00 -0400  hamba 05-05, goavro 05-05, twmb 05-05
1965-05-05 00:00 -0400  hamba 05-06, goavro 05-06, twmb 05-05
1985-05-05 00:00 +0200  hamba 05-04, goavro 05-04, twmb 05-05
1965-05-05 00:00 +0200  hamba 05-05, goavro 05-05, twmb 05-05
1985-05-05 00:00 +0000  hamba 05-05, goavro 05-05, twmb 05-05
1965-05-05 00:00 +0000  hamba 05-05, goavro 05-05, twmb 05-05'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"fmt"
	"time"

	hamba "github.com/hamba/avro/v2"
	"github.com/linkedin/goavro/v2"
	twmb "github.com/twmb/avro"
)

const schema = `{"type": "record", "name": "user", "fields": [{"name": "born", "type": {"type": "int", "logicalType": "date"}}]}`

type user struct {
	Born time.Time `avro:"born"`
}

func main() {
	const layout, day = "2006-01-02 15:04 -0700", "01-02"
	for _, text := range []string{
		"1985-05-05 00:00 -0400", "1965-05-05 00:00 -0400", "1985-05-05 00:00 +0200", "1965-05-05 00:00 +0200",
		"1985-05-05 00:00 +0000", "1965-05-05 00:00 +0000",
	} {
		born := must(time.Parse(layout, text))
		fmt.Printf("%s  hamba %s, goavro %s, twmb %s\n", text, throughHamba(born).Format(day), throughGoavro(born).Format(day), throughTwmb(born).Format(day))
	}
}

func throughHamba(born time.Time) time.Time {
	var read user
	s := hamba.MustParse(schema)
	check(hamba.Unmarshal(s, must(hamba.Marshal(s, user{born})), &read))
	return read.Born
}

func throughGoavro(born time.Time) time.Time {
	codec := must(goavro.NewCodec(schema))
	read, _, err := codec.NativeFromBinary(must(codec.BinaryFromNative(nil, map[string]any{"born": born})))
	check(err)
	return read.(map[string]any)["born"].(time.Time)
}

func throughTwmb(born time.Time) time.Time {
	var read user
	s := must(twmb.Parse(schema))
	must(s.Decode(must(s.Encode(user{born})), &read))
	return read.Born
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}
GO

go mod init finding 2>/dev/null
go mod edit -require=github.com/hamba/avro/v2@v2.31.0 -require=github.com/linkedin/goavro/v2@v2.15.0 -require=github.com/twmb/avro@v1.9.1
go build -mod=mod -o dates . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./dates)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
