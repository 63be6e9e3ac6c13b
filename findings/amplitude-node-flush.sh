#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# flush() of Amplitude's Node.js client gives up an event for which its timer would have tried again.
#
# Expected  flush() sends what is queued and keeps the client's promise: an event that a 503 or 429 answers is tried again,
#           with pauses, as when the timer sends it. So it is safe to call it before a process exits, as the guide says.
# Seen      After flush() an event gets one attempt: on 503, 429 and 500 its promise resolves with that code and it is gone. The
#           promise of flush() resolves as after a success, and nothing is thrown. Sent by the timer, the same event arrives
#           with the second request.
# Versions  npm @amplitude/analytics-node 1.5.73
# Date      2026-11-27
# Sources   https://amplitude.com/docs/sdks/analytics/node/node-js-sdk (flush, flushMaxRetries)
set -euo pipefail

recorded='by the timer, 503   requests 503 200, event 200
by flush(),   503   requests 503, event 503
by the timer, 429   requests 429 200, event 200
by flush(),   429   requests 429, event 429
by the timer, 500   requests 500 200, event 200
by flush(),   500   requests 500, event 500'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >flush.cjs <<'JS'
const http = require('http');
const { createInstance } = require('@amplitude/analytics-node');

// serve answers the first request with a status, and all others with 200.
function serve(status) {
  const answered = [];
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      answered.push(answered.length === 0 ? status : 200);
      response.writeHead(answered.at(-1), { 'content-type': 'application/json' });
      response.end(JSON.stringify({ code: answered.at(-1) }));
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve({ server, answered })));
}

async function main() {
  for (const status of [503, 429, 500]) {
    for (const way of ['by the timer,', 'by flush(),  ']) {
      const { server, answered } = await serve(status);
      const client = createInstance();
      const serverUrl = `http://127.0.0.1:${server.address().port}`;
      await client.init('key', { serverUrl, flushIntervalMillis: 100, logLevel: 0 }).promise;
      const event = client.track('order placed', {}, { user_id: 'user-17' }).promise;
      if (way.startsWith('by flush')) await client.flush().promise;
      const { code } = await event;
      console.log(`${way} ${status}   requests ${answered.join(' ')}, event ${code}`);
      server.close();
    }
  }
  process.exit(0);
}
main();
JS

npm install --loglevel=error --no-audit --no-fund --ignore-scripts @amplitude/analytics-node@1.5.73 >/dev/null
saw=$(timeout 60 node flush.cjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
