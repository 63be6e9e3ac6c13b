#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# parquet-go writes a time.Time in a column of dates as nanoseconds, cut to 32 bits.
#
# Expected  Its documentation lists the tag "date" for int32, time.Time and *time.Time. The DATE type of Parquet counts the
#           days since 1970.
# Seen      Such a column holds the low 32 bits of the nanoseconds since 1970, without an error. Read as days, they are dates
#           millions of years away, so that a filter by day finds nothing, or other rows. The library reads the same dates
#           back. An int32 with the tag, and a time.Time with the tag timestamp, are right.
# Versions  Go github.com/parquet-go/parquet-go 0.32.0, read with npm hyparquet 1.31.5
# Date      2026-11-28
# Sources   https://pkg.go.dev/github.com/parquet-go/parquet-go@v0.32.0#SchemaOf
#           https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#date
set -euo pipefail

recorded='1970-01-01  read back by Go: time.Time 1970-01-01, *time.Time 1970-01-01, int32 0, timestamp 1970-01-01
1970-01-02  read back by Go: time.Time -5082580-05-02, *time.Time -5082580-05-02, int32 1, timestamp 1970-01-02
2026-11-28  read back by Go: time.Time -2243257-12-22, *time.Time -2243257-12-22, int32 20785, timestamp 2026-11-28
2026-11-29  read back by Go: time.Time 4431415-05-12, *time.Time 4431415-05-12, int32 20786, timestamp 2026-11-29
1970-01-01  stored days: time.Time 0, *time.Time 0, int32 0
1970-01-02  stored days: time.Time -1857093632, *time.Time -1857093632, int32 1
2026-11-28  stored days: time.Time -820051968, *time.Time -820051968, int32 20785
2026-11-29  stored days: time.Time 1617821696, *time.Time 1617821696, int32 20786'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"fmt"
	"time"

	"github.com/parquet-go/parquet-go"
)

type row struct {
	Time      time.Time  `parquet:"time,date"`
	Pointer   *time.Time `parquet:"pointer,date"`
	Int       int32      `parquet:"int,date"`
	Timestamp time.Time  `parquet:"timestamp,timestamp"`
}

func main() {
	var rows []row
	for _, text := range []string{"1970-01-01", "1970-01-02", "2026-11-28", "2026-11-29"} {
		day, err := time.Parse(time.DateOnly, text)
		check(err)
		rows = append(rows, row{day, &day, int32(day.Unix() / 86400), day})
	}
	check(parquet.WriteFile("days.parquet", rows))
	read, err := parquet.ReadFile[row]("days.parquet")
	check(err)
	for i, r := range read {
		fmt.Printf("%s  read back by Go: time.Time %s, *time.Time %s, int32 %d, timestamp %s\n", rows[i].Timestamp.Format(time.DateOnly),
			r.Time.Format(time.DateOnly), r.Pointer.Format(time.DateOnly), r.Int, r.Timestamp.UTC().Format(time.DateOnly))
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
GO

cat >read.mjs <<'JS'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';

const days = (stored) => stored;
const rows = await parquetReadObjects({ file: await asyncBufferFromFile('days.parquet'), parsers: { dateFromDays: days } });
for (const row of rows) {
  console.log(`${row.timestamp.toISOString().slice(0, 10)}  stored days: time.Time ${row.time}, *time.Time ${row.pointer}, int32 ${row.int}`);
}
JS

npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts hyparquet@1.31.5 >/dev/null
go mod init finding 2>/dev/null
go mod edit -require=github.com/parquet-go/parquet-go@v0.32.0
go build -mod=mod -o days . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./days && node read.mjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
