#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# In a browser, Segment's alias(to, from) ignores `to` once the user is known.
#
# Expected  alias(to, from) sends `to` as userId and `from` as previousId, as the specification of the call says. Segment's client
#           for Node.js does.
# Seen      It does so for an anonymous visitor. After identify(), userId is the id of identify, whatever `to` is: the message
#           says that the known user is to take over the events of `from`. With `to` alone, previousId is that user too, so
#           that the message aliases a user to itself, and the new id is nowhere. The promise resolves without a warning.
# Versions  npm @segment/analytics-next 1.84.3, @segment/analytics-node 3.1.0, jsdom 26.1.0 (the page)
# Date      2026-11-28
# Sources   https://www.twilio.com/docs/segment/connections/spec/alias
#           https://www.twilio.com/docs/segment/connections/sources/catalog/libraries/website/javascript#alias
set -euo pipefail

recorded='anonymous, alias(new, old)           userId new, previousId old
anonymous, alias(new)                userId new, previousId the anonymous id
known, alias(new, old)               userId known, previousId old
known, alias(new, known)             userId known, previousId known
known, alias(new)                    userId known, previousId known
Node.js, new and old                 userId new, previousId old'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >alias.cjs <<'JS'
const { JSDOM } = require('jsdom');
const sent = [];
const fetch = async (_, request) => {
  const message = JSON.parse(request?.body ?? '{}');
  sent.push(...(message.batch ?? [message]));
  return new Response('{"success":true}');
};

const { window } = new JSDOM('', { url: 'https://shop.example/' });
window.fetch = globalThis.fetch = fetch;
Object.assign(globalThis, { window, document: window.document, location: window.location, localStorage: window.localStorage });
Object.defineProperty(globalThis, 'navigator', { value: window.navigator, configurable: true });
const { AnalyticsBrowser } = require('@segment/analytics-next');
const { Analytics } = require('@segment/analytics-node');

const cdnSettings = { integrations: { 'Segment.io': { apiKey: 'key', apiHost: 'events.example/v1' } } };

async function show(name, alias) {
  sent.length = 0;
  await alias();
  for (const { type, userId, previousId, anonymousId } of sent.filter(({ type }) => type === 'alias')) {
    console.log(`${name.padEnd(36)} userId ${userId}, previousId ${previousId === anonymousId ? 'the anonymous id' : previousId}`);
  }
}

(async () => {
  const [browser] = await AnalyticsBrowser.load({ writeKey: 'key', cdnSettings }, { disableClientPersistence: true });
  await show('anonymous, alias(new, old)', () => browser.alias('new', 'old'));
  await show('anonymous, alias(new)', () => browser.alias('new'));
  await browser.identify('known');
  await show('known, alias(new, old)', () => browser.alias('new', 'old'));
  await show('known, alias(new, known)', () => browser.alias('new', 'known'));
  await show('known, alias(new)', () => browser.alias('new'));
  const node = new Analytics({ writeKey: 'key', host: 'https://events.example', httpClient: fetch, flushAt: 1 });
  await show('Node.js, new and old', async () => {
    node.alias({ userId: 'new', previousId: 'old' });
    await node.closeAndFlush();
  });
  process.exit(0);
})();
JS

npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @segment/analytics-next@1.84.3 @segment/analytics-node@3.1.0 jsdom@26.1.0 >/dev/null
saw=$(node alias.cjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
