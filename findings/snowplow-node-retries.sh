#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Snowplow's tracker for Node.js tries a refused batch again only when the next event or the next flush comes.
#
# Expected  A status of 500, 503 or 429 is tried again after a while, by a timer, as in other clients that keep a queue.
# Seen      flush() resolves after one try, whatever the answer was. Nothing happens in the 15 seconds after it. The batch
#           goes out with the next event, or the next flush(). So the last events before a quiet night arrive in the morning,
#           and those before the end of the process never, though flush() was awaited and told nothing.
# Versions  npm @snowplow/node-tracker 4.8.0
# Date      2026-11-27
# Sources   https://docs.snowplow.io/docs/sources/trackers/node-js-tracker/configuration/
set -euo pipefail

recorded='500  flush() resolved; 15 s later: 500 first; after the next event: 500 first, 200 first second
503  flush() resolved; 15 s later: 503 first; after the next event: 503 first, 200 first second
429  flush() resolved; 15 s later: 429 first; after the next event: 429 first, 200 first second
503  flush() resolved; 15 s later: 503 first; after another flush(): 503 first, 200 first'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >track.mjs <<'JS'
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { buildStructEvent, newTracker } from '@snowplow/node-tracker';

// run answers the first request with a status, and all others with 200.
async function run(status, next) {
  const requests = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.statusCode = requests.length === 0 ? status : 200;
    requests.push([response.statusCode, ...JSON.parse(body).data.map((event) => event.se_ac)].join(' '));
    response.end();
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const endpoint = `http://127.0.0.1:${server.address().port}`;
  const tracker = newTracker({ namespace: `${status} ${next}`, appId: 'shop' }, { endpoint, bufferSize: 1 });
  tracker.track(buildStructEvent({ category: 'shop', action: 'first' }));
  const told = await tracker.flush().then(() => 'resolved', () => 'rejected');
  await wait(15000);
  const later = requests.join(', ');
  if (next === 'the next event') tracker.track(buildStructEvent({ category: 'shop', action: 'second' }));
  await tracker.flush();
  await wait(1000);
  return `${status}  flush() ${told}; 15 s later: ${later}; after ${next}: ${requests.join(', ')}`;
}

const lines = await Promise.all([
  ...[500, 503, 429].map((status) => run(status, 'the next event')),
  run(503, 'another flush()'),
]);
console.log(lines.join('\n'));
process.exit(0);
JS

npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @snowplow/node-tracker@4.8.0 >/dev/null
saw=$(node track.mjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
