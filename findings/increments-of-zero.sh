#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Three clients for Node.js count an increment of 0 as 1.
#
# Expected  A counter that is incremented by 0 keeps its value: the number of items that a customer took out of a cart, of rows that
#           an import changed, of points that an order gave, is often 0. The 1 is for calls without a number.
# Seen      node-statsd sends 1 for increment(name, 0), and -1 for decrement(name, 0). mixpanel adds 1 for people.increment(name, 0),
#           and for '5', though the same in an object, { name: 0 }, adds 0. Countly's client sends a count of 1 for an event with
#           the count 0. Each takes 0 for a missing number. hot-shots, statsd-client and Amplitude's client send 0.
# Versions  npm node-statsd 0.1.1, mixpanel 0.24.0, countly-sdk-nodejs 24.10.4, hot-shots 17.1.1, statsd-client 0.4.7,
#           @amplitude/analytics-node 1.5.73
# Date      2026-11-28
# Sources   https://github.com/sivy/node-statsd#usage, https://github.com/statsd/statsd/blob/master/docs/metric_types.md#counting
#           https://docs.mixpanel.com/docs/tracking-methods/sdks/nodejs#incrementing-numeric-properties
#           https://support.countly.com/hc/en-us/articles/360037442892-NodeJS-SDK
set -euo pipefail

recorded='node-statsd    increment(3) increment(0) decrement(0)  points:3|c points:1|c points:-1|c
hot-shots      increment(3) increment(0) decrement(0)  points:3|c points:0|c points:0|c
statsd-client  increment(3) increment(0) decrement(0)  points:3|c points:0|c points:0|c
mixpanel       increment(3) increment(0) increment("5")  {"points":3} {"points":1} {"points":1}
mixpanel       increment({ points: 0 })  {"points":0}
amplitude      add(3) add(0)  {"points":3} {"points":0}
countly        count 3, count 0  3 1'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >zero.cjs <<'JS'
const http = require('http');
const dgram = require('dgram');

// until waits for n messages.
async function until(messages, n) {
  while (messages.length < n) await new Promise((resolve) => setTimeout(resolve, 10));
  return messages.splice(0);
}

async function statsd() {
  const lines = [];
  const socket = dgram.createSocket('udp4', (text) => lines.push(...text.toString().trim().split('\n')));
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  for (const name of ['node-statsd', 'hot-shots', 'statsd-client']) {
    const client = new (require(name))({ host: '127.0.0.1', port });
    client.increment('points', 3);
    client.increment('points', 0);
    client.decrement('points', 0);
    console.log(`${name.padEnd(14)} increment(3) increment(0) decrement(0)  ${(await until(lines, 3)).join(' ')}`);
  }
}

async function analytics() {
  const requests = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (part) => { body += part; }).on('end', () => {
      requests.push({ url: new URL(request.url, 'http://127.0.0.1'), body });
      response.end('{"code":200,"result":"Success"}');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${server.address().port}`;

  const { people } = require('mixpanel').init('token', { host, protocol: 'http' });
  const added = async (call) => {
    call();
    const [{ url }] = await until(requests, 1);
    return JSON.stringify(JSON.parse(Buffer.from(url.searchParams.get('data'), 'base64')).$add);
  };
  const one = [3, 0, '5'].map((by) => () => people.increment('user-17', 'points', by));
  console.log(`mixpanel       increment(3) increment(0) increment("5")  ${await added(one[0])} ${await added(one[1])} ${await added(one[2])}`);
  console.log(`mixpanel       increment({ points: 0 })  ${await added(() => people.increment('user-17', { points: 0 }))}`);

  const { Identify, createInstance } = require('@amplitude/analytics-node');
  const amplitude = createInstance();
  await amplitude.init('key', { serverUrl: `http://${host}`, logLevel: 0 }).promise;
  for (const by of [3, 0]) amplitude.identify(new Identify().add('points', by), { user_id: 'user-17' });
  await amplitude.flush().promise;
  const [{ body }] = await until(requests, 1);
  console.log(`amplitude      add(3) add(0)  ${JSON.parse(body).events.map((event) => JSON.stringify(event.user_properties.$add)).join(' ')}`);

  const bulk = new (require('countly-sdk-nodejs').Bulk)({ app_key: 'key', url: `http://${host}`, storage_type: 'memory', interval: 50 });
  const user = bulk.add_user({ device_id: 'device-17' });
  for (const count of [3, 0]) user.add_event({ key: 'points', count });
  bulk.start();
  const [{ url }] = await until(requests, 1);
  console.log(`countly        count 3, count 0  ${JSON.parse(url.searchParams.get('requests')).flatMap(({ events }) => events).map(({ count }) => count).join(' ')}`);
}

statsd().then(analytics).then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
JS

npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts node-statsd@0.1.1 mixpanel@0.24.0 countly-sdk-nodejs@24.10.4 \
  hot-shots@17.1.1 statsd-client@0.4.7 @amplitude/analytics-node@1.5.73 >/dev/null
saw=$(timeout 60 node zero.cjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
