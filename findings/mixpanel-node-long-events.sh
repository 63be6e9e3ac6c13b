#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Mixpanel's Node.js client sends each tracked event in the address of a GET request.
#
# Expected  track() posts the event, as the documentation of the endpoint describes, so that an event may be as long as the
#           service takes (1 MB), and its properties are in no access log.
# Seen      The whole event is in the address, in base64: with its user id and properties it is in the log of each proxy on
#           the way. An event with 20 KB of properties is more than a Node.js server takes as a header, and is refused with 431
#           by it (414 by others). There is one attempt, and only the callback hears of it. track_batch() posts.
# Versions  npm mixpanel 0.24.0; Node.js 20 and 22 as the server
# Date      2026-11-27
# Sources   https://developer.mixpanel.com/reference/track-event (POST /track, 1 MB)
#           https://github.com/mixpanel/mixpanel-node
set -euo pipefail

recorded='track, short        GET /track, user id in the address: true, answer 200
track, 20 KB        no request reached the handler, answer 431
track_batch, 20 KB  POST /track, user id in the address: false, answer 200'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >track.cjs <<'JS'
const http = require('http');
const Mixpanel = require('mixpanel');

let seen;
const server = http.createServer((request, response) => {
  request.resume().on('end', () => {
    const address = new URL(request.url, 'http://localhost');
    const text = Buffer.from(address.searchParams.get('data') ?? '', 'base64').toString();
    seen = `${request.method} ${address.pathname.replace(/\/$/, '')}, user id in the address: ${text.includes('user-17')}`;
    response.end('1');
  });
});
// What the server answers to a request that it does not take stands on the connection.
let refused;
server.on('clientError', (error, socket) => {
  refused = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  socket.end(`HTTP/1.1 ${refused} refused\r\nConnection: close\r\n\r\n`);
});

server.listen(0, '127.0.0.1', async () => {
  const client = Mixpanel.init('token', { host: `127.0.0.1:${server.address().port}`, protocol: 'http' });
  const show = (name, send) => new Promise((resolve) => {
    seen = refused = undefined;
    send(() => {
      console.log(name.padEnd(19), (seen ?? 'no request reached the handler') + `, answer ${refused ?? 200}`);
      resolve();
    });
  });
  const long = 'x'.repeat(20_000);
  await show('track, short', (done) => client.track('order placed', { distinct_id: 'user-17' }, done));
  await show('track, 20 KB', (done) => client.track('order placed', { distinct_id: 'user-17', note: long }, done));
  const batch = [{ event: 'order placed', properties: { distinct_id: 'user-17', note: long } }];
  await show('track_batch, 20 KB', (done) => client.track_batch(batch, done));
  process.exit(0);
});
JS

npm install --loglevel=error --no-audit --no-fund --ignore-scripts mixpanel@0.24.0 >/dev/null
saw=$(timeout 60 node track.cjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
