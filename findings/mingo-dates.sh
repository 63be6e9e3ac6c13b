#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# mingo, which runs MongoDB's aggregations in JavaScript tests, puts the evening of New York into the next day.
#
# Expected  What MongoDB's manual says: $dateTrunc gives the begin of the day in the time zone, never a time after the date.
#           $week is 0 before the first Sunday of a year. The ISO year of a date is that of its ISO week. A month after 30
#           January is the last day of February. Adding a day in a time zone keeps the hour of the clock. UTC is a zone.
# Seen      In New York, an event of the evening is truncated to a time in the future, so that it counts for the next day, or the
#           next month. In Berlin, one after midnight may count for the day before. $week is one too many on most days of 2024,
#           2025 and 2026. The ISO week and year of 30 December 2024 are 1 and 2024, so that it counts for the week of a year
#           before. A month after 30 January is 1 March. The zone "UTC" is an error; without a zone, days are right.
# Versions  npm mingo 7.2.6
# Date      2026-11-28
# Sources   https://www.mongodb.com/docs/manual/reference/operator/aggregation/datetrunc/
#           https://www.mongodb.com/docs/manual/reference/operator/aggregation/week/
#           https://www.mongodb.com/docs/manual/reference/operator/aggregation/isoweekyear/
#           https://www.mongodb.com/docs/manual/reference/operator/aggregation/dateadd/
set -euo pipefail

recorded='$dateTrunc day                               2026-03-10T00:30Z  2026-03-10T00:00Z
$dateTrunc day UTC                           2026-03-10T00:30Z  error: timezone UTC is invalid or not supported., MongoDB 2026-03-10T00:00Z
$dateTrunc day America/New_York              2026-03-10T12:00Z  2026-03-10T04:00Z
$dateTrunc day America/New_York              2026-03-10T00:30Z  2026-03-10T04:00Z, MongoDB 2026-03-09T04:00Z
$dateTrunc month America/New_York            2026-03-01T00:30Z  2026-03-01T05:00Z, MongoDB 2026-02-01T05:00Z
$dateTrunc day Europe/Berlin                 2024-01-05T23:30Z  2024-01-04T23:00Z, MongoDB 2024-01-05T23:00Z
$week                                        2024-01-02T12:00Z  1, MongoDB 0
$isoWeek                                     2024-12-30T12:00Z  1
$isoWeekYear                                 2024-12-30T12:00Z  2024, MongoDB 2025
$dateAdd month                               2024-01-30T12:00Z  2024-03-01T12:00Z, MongoDB 2024-02-29T12:00Z
$dateAdd day Europe/Berlin                   2024-03-30T12:00Z  2024-03-31T12:00Z, MongoDB 2024-03-31T11:00Z'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >dates.mjs <<'JS'
import { Aggregator } from 'mingo';

function show(name, date, expression, manual) {
  let value;
  try {
    [{ value }] = new Aggregator([{ $project: { _id: 0, value: expression } }]).run([{ at: new Date(date) }]);
    value = value instanceof Date ? value.toISOString().slice(0, 16) + 'Z' : value;
  } catch (error) {
    value = `error: ${error.message.replaceAll("'", '')}`;
  }
  console.log(`${name.padEnd(44)} ${date}  ${value}${value === manual ? '' : `, MongoDB ${manual}`}`);
}

const trunc = (unit, timezone) => ({ $dateTrunc: { date: '$at', unit, timezone } });
show('$dateTrunc day', '2026-03-10T00:30Z', trunc('day'), '2026-03-10T00:00Z');
show('$dateTrunc day UTC', '2026-03-10T00:30Z', trunc('day', 'UTC'), '2026-03-10T00:00Z');
show('$dateTrunc day America/New_York', '2026-03-10T12:00Z', trunc('day', 'America/New_York'), '2026-03-10T04:00Z');
show('$dateTrunc day America/New_York', '2026-03-10T00:30Z', trunc('day', 'America/New_York'), '2026-03-09T04:00Z');
show('$dateTrunc month America/New_York', '2026-03-01T00:30Z', trunc('month', 'America/New_York'), '2026-02-01T05:00Z');
show('$dateTrunc day Europe/Berlin', '2024-01-05T23:30Z', trunc('day', 'Europe/Berlin'), '2024-01-05T23:00Z');
show('$week', '2024-01-02T12:00Z', { $week: '$at' }, 0);
show('$isoWeek', '2024-12-30T12:00Z', { $isoWeek: '$at' }, 1);
show('$isoWeekYear', '2024-12-30T12:00Z', { $isoWeekYear: '$at' }, 2025);
show('$dateAdd month', '2024-01-30T12:00Z', { $dateAdd: { startDate: '$at', unit: 'month', amount: 1 } }, '2024-02-29T12:00Z');
show('$dateAdd day Europe/Berlin', '2024-03-30T12:00Z', { $dateAdd: { startDate: '$at', unit: 'day', amount: 1, timezone: 'Europe/Berlin' } }, '2024-03-31T11:00Z');
JS

npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts mingo@7.2.6 >/dev/null
saw=$(node dates.mjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
