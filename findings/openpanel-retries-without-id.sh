#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# OpenPanel's SDK sends an event again without an id and without a time.
#
# Expected  A client that tries again names the event, so that the server can tell a second copy, and says when it happened.
# Seen      The second request has the same body as the first: the name of the event and its properties. When the server
#           stored the first one and its answer got lost, the event counts twice. What arrives after the retry counts for
#           the time of arrival. Only events that wait for ready() or for a user carry a time. After a fourth failure, some
#           3.5 seconds after the first, track() resolves to null and the event is gone; a status of 401 is not tried again.
# Versions  npm @openpanel/sdk 1.3.1
# Date      2026-11-27
# Sources   https://openpanel.dev/docs/sdks/javascript
set -euo pipefail

recorded='the answer is lost   2 requests, 1 body, keys: name properties
503, then 200        2 requests, 1 body, keys: name properties
503 all the time     4 requests, 1 body, keys: name properties, track() resolved to null
401                  1 request, 1 body, keys: name properties, track() resolved to null'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >track.mjs <<'JS'
import { createServer } from 'node:http';
import { OpenPanel } from '@openpanel/sdk';

async function run(name, answer) {
  const bodies = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    const status = answer(bodies.length);
    if (status === 0) return request.socket.destroy();
    response.statusCode = status;
    response.end('{"deviceId":"d","sessionId":"s"}');
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const client = new OpenPanel({ clientId: 'shop', apiUrl: `http://127.0.0.1:${server.address().port}` });
  const result = await client.track('paid', { amount: 5 });
  const keys = Object.keys(JSON.parse(bodies[0]).payload).join(' ');
  console.log(`${name.padEnd(20)} ${bodies.length} request${bodies.length === 1 ? '' : 's'}, ${new Set(bodies).size} body, keys: ${keys}` +
    (result === null ? ', track() resolved to null' : ''));
}

console.error = () => {};
await run('the answer is lost', (n) => (n === 1 ? 0 : 200));
await run('503, then 200', (n) => (n === 1 ? 503 : 200));
await run('503 all the time', () => 503);
await run('401', () => 401);
process.exit(0);
JS

npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @openpanel/sdk@1.3.1 >/dev/null
saw=$(node track.mjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
