#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Mixpanel's Node client sends an event in the URL of a GET request.
#
# Expected  Mixpanel documents /track as a POST with a JSON body, and allows an event 1 MB of JSON. So a smaller event
#           arrives, and its properties are not in an URL, which servers and proxies write to their logs.
# Seen      track() sends GET /track?data=… with the whole event in base64. The limit is therefore that of a request's
#           head: Node.js' own server accepts 16 KiB and answers 431, which 12 KB of properties exceed in base64. The
#           client does not retry. The callback, if there is one, gets an error without the status.
#           track_batch() sends the same event by POST and succeeds. No event has an $insert_id, by which Mixpanel
#           would recognise a repeated one.
# Versions  npm mixpanel 0.24.0, the latest on that day
# Date      2026-11-27
# Sources   https://docs.mixpanel.com/reference/track-event
#           https://docs.mixpanel.com/reference/import-events (limits)
#           https://github.com/mixpanel/mixpanel-node/issues/163 ($insert_id)
set -euo pipefail

recorded='track, 100 bytes          server: GET with data in the URL, no $insert_id    callback: none
track, 13000 bytes        server: 431 (HPE_HEADER_OVERFLOW)                  callback: Mixpanel Server Error:
track_batch, 13000 bytes  server: POST with data in the body, no $insert_id  callback: none'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >track.mjs <<'JS'
import http from 'node:http';
import Mixpanel from 'mixpanel';

let seen;
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => {
    const inURL = new URL(request.url, 'http://x').searchParams.get('data');
    const data = Buffer.from(inURL ?? decodeURIComponent(body.replace(/^data=/, '')), 'base64').toString();
    const id = data.includes('$insert_id') ? 'an' : 'no';
    seen = `${request.method} with data in the ${inURL ? 'URL' : 'body'}, ${id} $insert_id`;
    response.end('1');
  });
});
// what Node.js does without this handler, and the reason kept
server.on('clientError', (error, socket) => {
  seen = `431 (${error.code})`;
  socket.end('HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const mixpanel = Mixpanel.init('token', { host: `127.0.0.1:${server.address().port}`, protocol: 'http', keepAlive: false });

// sent reports what the server saw of one call, and what the client's callback was told.
async function sent(title, call) {
  seen = 'nothing';
  const error = await new Promise((resolve) => call((told) => resolve([told].flat()[0])));
  console.log(`${title.padEnd(25)} server: ${seen.padEnd(42)} callback: ${error ? error.message.trim() : 'none'}`);
}
const event = (size) => ({ distinct_id: 'user', text: 'x'.repeat(size) });
await sent('track, 100 bytes', (done) => mixpanel.track('viewed', event(100), done));
await sent('track, 13000 bytes', (done) => mixpanel.track('viewed', event(13000), done));
await sent('track_batch, 13000 bytes', (done) => mixpanel.track_batch([{ event: 'viewed', properties: event(13000) }], done));
server.close();
JS

npm install --silent --no-audit --no-fund --ignore-scripts mixpanel@0.24.0
saw=$(node track.mjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
