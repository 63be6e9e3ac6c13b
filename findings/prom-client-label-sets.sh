#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# prom-client counts two different label sets as one series.
#
# Expected  A label value may be any text, and each different label set is a series of its own.
# Seen      prom-client looks a series up by a text of names and values, joined with ":" and "," without escaping. When
#           a value holds these characters, as a list or an URL does, two label sets can have the same text. The second
#           one is then added to the series of the first, without a warning. The same two sets with other characters
#           are two series.
# Versions  npm prom-client 15.1.3, the latest on that day
# Date      2026-11-27
# Sources   https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels
#           lib/util.js of the package (hashObject, fastHashObject)
#           https://github.com/prometheus/client_js/issues/682 (the like for names of labels)
set -euo pipefail

recorded='purchases_total{campaign="mail,page:shop",page="cart"} 2
visits_total{campaign="mail;page=shop",page="cart"} 1
visits_total{campaign="mail",page="shop;page=cart"} 1'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >count.mjs <<'JS'
import client from 'prom-client';

const registry = new client.Registry();
const counter = (name) => new client.Counter({ name, help: 'h', labelNames: ['campaign', 'page'], registers: [registry] });
const purchases = counter('purchases_total');
purchases.inc({ campaign: 'mail,page:shop', page: 'cart' });
purchases.inc({ campaign: 'mail', page: 'shop,page:cart' });
const visits = counter('visits_total');
visits.inc({ campaign: 'mail;page=shop', page: 'cart' });
visits.inc({ campaign: 'mail', page: 'shop;page=cart' });
console.log(await registry.metrics());
JS

npm install --loglevel=error --no-audit --no-fund --ignore-scripts prom-client@15.1.3 >/dev/null
saw=$(node count.mjs | grep '^[^#]')

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
