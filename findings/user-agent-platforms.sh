#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Parsers of user agents disagree on bots, tablets, televisions and web views, and give each Android phone the model "K".
#
# Expected  Libraries that turn User-Agent into a platform agree on common clients: an attribute such as platform or is_bot has
#           the same values in a Go service and in a Node.js service.
# Seen      The AI crawler GPTBot is a bot for mileusna, device-detector-js and bowser, and Safari, WebKit or nothing for mssola,
#           medama and ua-parser-js. A Fire tablet is a phone in Go and a tablet in JavaScript, a
#           television with webOS a desktop or nothing in Go. mssola takes Edge on an iPhone for Safari. Chrome sends the same
#           reduced text from each Android device, and mileusna and ua-parser-js report its placeholder: the model K, with
#           Android 10. A request of Go is a bot for medama.
# Versions  Go github.com/mileusna/useragent 1.3.5, github.com/mssola/useragent 1.0.0, github.com/medama-io/go-useragent 1.2.5;
#           npm ua-parser-js 2.0.10, bowser 2.15.1, device-detector-js 3.0.3
# Date      2026-11-27
# Sources   https://www.chromium.org/updates/ua-reduction/ (what Chrome sends)
#           https://platform.openai.com/docs/bots (GPTBot)
set -euo pipefail

recorded='Chrome phone  bowser              browser Chrome, kind mobile
Chrome phone  device-detector-js  browser Chrome Mobile, kind smartphone
Chrome phone  medama              browser Chrome, kind phone
Chrome phone  mileusna            browser Chrome, kind phone, model K
Chrome phone  mssola              browser Chrome, kind phone
Chrome phone  ua-parser-js        browser Mobile Chrome, kind mobile, model K
Edge iPhone   bowser              browser Microsoft Edge, kind mobile, model iPhone
Edge iPhone   device-detector-js  browser Microsoft Edge, kind smartphone, model iPhone
Edge iPhone   medama              browser Edge, kind phone
Edge iPhone   mileusna            browser Edge, kind phone, model iPhone
Edge iPhone   mssola              browser Safari, kind phone
Edge iPhone   ua-parser-js        browser Edge, kind mobile, model iPhone
Fire tablet   bowser              browser Amazon Silk, kind tablet
Fire tablet   device-detector-js  browser Mobile Silk, kind tablet, model Kindle Fire
Fire tablet   medama              browser Amazon Silk, kind phone
Fire tablet   mileusna            browser Safari, kind phone, model KFTRWI
Fire tablet   mssola              browser Android, kind phone
Fire tablet   ua-parser-js        browser Silk, kind tablet, model KFTRWI
GPTBot        bowser              browser GPTBot, kind bot
GPTBot        device-detector-js  browser -, kind bot
GPTBot        medama              browser Safari, kind -
GPTBot        mileusna            browser GPTBot, kind bot
GPTBot        mssola              browser -, kind -
GPTBot        ua-parser-js        browser WebKit, kind -
Go service    bowser              browser -, kind -
Go service    device-detector-js  browser Go-http-client, kind -
Go service    medama              browser -, kind bot
Go service    mileusna            browser Go-http-client, kind -
Go service    mssola              browser Go-http-client, kind -
Go service    ua-parser-js        browser -, kind -
webOS TV      bowser              browser WebOS Browser, kind tv
webOS TV      device-detector-js  browser Chrome, kind television
webOS TV      medama              browser -, kind -
webOS TV      mileusna            browser Chrome, kind desktop
webOS TV      mssola              browser Chrome, kind -
webOS TV      ua-parser-js        browser Chrome, kind smarttv'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >agents.txt <<'TEXT'
GPTBot        Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)
Chrome phone  Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36
Fire tablet   Mozilla/5.0 (Linux; Android 11; KFTRWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/138.2.9 like Chrome/138.0.7204.243 Safari/537.36
webOS TV      Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.5359.211 Safari/537.36 WebAppManager
Edge iPhone   Mozilla/5.0 (iPhone; CPU iPhone OS 18_5_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 EdgiOS/139.0.3405.86 Mobile/15E148 Safari/605.1.15
Go service    Go-http-client/2.0
TEXT
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"strings"

	medama "github.com/medama-io/go-useragent"
	"github.com/mileusna/useragent"
	mssola "github.com/mssola/useragent"
)

func main() {
	text, err := os.ReadFile("agents.txt")
	if err != nil {
		panic(err)
	}
	parser := medama.NewParser()
	for line := range strings.Lines(string(text)) {
		client, agent := line[:14], strings.TrimSpace(line[14:])
		a := useragent.Parse(agent)
		show(client, "mileusna", a.Name, first(a.Bot, "bot", a.Tablet, "tablet", a.Mobile, "phone", a.Desktop, "desktop"), a.Device)
		m := mssola.New(agent)
		name, _ := m.Browser()
		show(client, "mssola", name, first(m.Bot(), "bot", m.Mobile(), "phone"), "")
		g := parser.Parse(agent)
		show(client, "medama", string(g.Browser()),
			first(g.IsBot(), "bot", g.IsTV(), "television", g.IsTablet(), "tablet", g.IsMobile(), "phone", g.IsDesktop(), "desktop"), "")
	}
}

func show(client, library, browser, kind, model string) {
	line := fmt.Sprintf("%s%-19s browser %s, kind %s", client, library, or(browser), or(kind))
	if model != "" {
		line += ", model " + model
	}
	fmt.Println(line)
}

func or(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// first returns the name behind the first condition that is true.
func first(pairs ...any) string {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i].(bool) {
			return pairs[i+1].(string)
		}
	}
	return ""
}
GO
cat >parse.cjs <<'JS'
const fs = require('fs');
const bowser = require('bowser');
const DeviceDetector = require('device-detector-js');
const { UAParser } = require('ua-parser-js');

const detector = new DeviceDetector();
const show = (client, library, browser, kind, model) => {
  console.log(`${client}${library.padEnd(19)} browser ${browser || '-'}, kind ${kind || '-'}${model ? ', model ' + model : ''}`);
};
for (const line of fs.readFileSync('agents.txt', 'utf8').trim().split('\n')) {
  const [client, agent] = [line.slice(0, 14), line.slice(14).trim()];
  const u = new UAParser(agent).getResult();
  show(client, 'ua-parser-js', u.browser.name, u.device.type, u.device.model);
  const b = bowser.parse(agent);
  show(client, 'bowser', b.browser.name, b.platform.type, b.platform.model);
  const d = detector.parse(agent);
  show(client, 'device-detector-js', d.client?.name, d.bot ? 'bot' : d.device?.type, d.device?.model);
}
JS

go mod init finding 2>/dev/null
go mod edit -require=github.com/mileusna/useragent@v1.3.5 -require=github.com/mssola/useragent@v1.0.0 \
  -require=github.com/medama-io/go-useragent@v1.2.5
go build -mod=mod -o parse . 2>build.log || { cat build.log >&2; exit 1; }
npm install --loglevel=error --no-audit --no-fund --ignore-scripts ua-parser-js@2.0.10 bowser@2.15.1 device-detector-js@3.0.3 >/dev/null
saw=$({ ./parse; node parse.cjs; } | sort --stable --key=1,14)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
