// SPDX-License-Identifier: Apache-2.0

// Command cardgame is the service of a multiplayer card game: accounts, games,
// coins and credits over an HTTP JSON API, with every event and metric that
// events.yaml declares. It needs nothing installed, because it brings its own
// MongoDB:
//
//	go run ./cardgame                          serves until Ctrl-C; it prints what to try
//	go run ./cardgame -players 50 -for 1m      has players play against it, and prints what they did
//
// It prints the URL of a page that shows, live, what is tracked. The players
// use the API over sockets as apps do, and keep count of what they were
// answered. When they are done the process ends with a table on standard
// output, or with -json with one line of JSON: what the players counted (events
// by type, series with their values), and what the SDK accepted and stored.
// Everything else is on standard error.
//
//	-addr          where the API, the live page (/), /metrics, /healthz and /readyz are served (127.0.0.1:5001)
//	-metrics-addr  where /metrics is served alone (127.0.0.1:8000; empty: nowhere)
//	-mongodb-uri   a MongoDB server to use instead of the embedded one
//	-redis-addr    a Redis server whose connections are observed (none: redis_connections is not on the page)
//	-observe-every how often active users and connections are observed (as the configuration says)
//	-data-dir      directory of the journal and the embedded database (as the configuration says)
//	-config        the SDK's configuration file (otelanalytics.yaml, else cardgame/otelanalytics.yaml, if it is there)
//	-players       how many players play, before the process ends (0: none, it serves)
//	-for           how long they play (0: until Ctrl-C)
//	-pause         how long each thinks before each action (100ms)
//	-json          print what they did as one line of JSON
//	-seed          what they do depends on it (0: a random one, which is printed)
//
// cardgame/otelanalytics.yaml is what an operator would begin with. Environment
// variables that begin with OTELANALYTICS_ go over the file, and flags over
// both. On SIGHUP the file is read again: the metrics switches and
// the log levels in it take effect at once.
//
// # Endpoints
//
// Bodies are JSON. A session, from a login or a guest's registration, goes into
// "Authorization: Bearer SESSION"; endpoints marked with * need one. X-Platform
// is ios, android or web. Fields in brackets may be left out, as old apps do.
//
//	POST   /v1/users                   [registration_type: email, google] [account_type: normal, premium, admin]
//	                                   email, password | token                                       201 409
//	POST   /v1/guests                                                                                201
//	POST   /v1/users/me/convert      * [conversion_method: email, google, phone]
//	                                   email, password | token | phone                               200 409
//	POST   /v1/sessions                [auth_method: email, jwt, session]
//	                                   email, password | jwt | session                               201 401
//	POST   /v1/sessions/google         token                                                         201 401
//	DELETE /v1/sessions/current      *                                                               204
//
//	POST   /v1/games                 * [game_mode: practice, multiplayer, tournament]                201
//	GET    /v1/games                 * some tables that can be joined                                200
//	GET    /v1/games/{id}            *                                                               200 404
//	POST   /v1/games/{id}/join       *                                                               200 404 409
//	POST   /v1/games/{id}/start      * for the host                                                  200 403 409
//	POST   /v1/games/{id}/play       * [card: index of the hand, -1 to discard what is drawn]        200 409
//	POST   /v1/games/{id}/special    * [card_type: queen, jack, joker, red_king] [card]              200 409
//	POST   /v1/games/{id}/dutch      *                                                               200 409
//	POST   /v1/games/{id}/leave      * loses a game in progress                                      200 409
//	POST   /v1/games/{id}/abandon    * for the host: nobody wins                                     200 403
//
//	GET    /v1/wallet                *                                                               200
//	POST   /v1/coins                 * [transaction_type: purchase, refund, bonus]
//	                                   [direction: credit, debit] [amount]                           200 409
//	POST   /v1/credits/purchases     * credits, payment: card, declined_card, invoice                200 202 402
//	POST   /v1/credits/refunds       * purchase                                                      200 202 409
//
//	POST   /v1/screens                 screen_name                                                   204
//	POST   /v1/features                feature, [properties]                                         204
//	POST   /v1/errors                  code, [message], [details]                                    204
//
// All of them answer 400 to values that are wrong, 401 to a session that has
// ended, 403 and 404 to what is not the player's or not there, 413 to a body
// over 64 KiB and 415 to one that is not JSON, with {"error": "…"}. The last
// turn of a game completes it: that answer says "over" and has the results.
package main
