#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# NATS JetStream remembers the ids of removed messages until it restarts, and then forgets them.
#
# Expected  Within the duplicate window (2 minutes by default) a message with a known Nats-Msg-Id is a duplicate, whatever
#           became of the first one. That makes a retry safe. A purge, which starts a stream anew, forgets the ids.
# Seen      A purge does not forget them: the publisher gets an acknowledgement with the sequence of a message that no
#           longer exists, and the stream stays empty. A restart within the window forgets the ids of all messages that
#           are no longer in the stream. In a work queue these are the messages that a consumer has processed: a retry
#           after a restart is stored, and processed a second time. Ids hold for all subjects of a stream.
# Versions  Go github.com/nats-io/nats-server/v2 2.15.2, nats.go 1.55.0
# Date      2026-11-27
# Sources   https://docs.nats.io/using-nats/developer/develop_jetstream/model_deep_dive#message-deduplication
#           https://github.com/nats-io/nats-server/issues/3272 (restart)
#           https://github.com/nats-io/nats-server/issues/6782 (purge)
#           https://github.com/nats-io/nats-server/pull/1668 (in 2020: a purge clears the window)
set -euo pipefail

recorded='publish a        stored as 1
again            told as a duplicate of 1
other subject    told as a duplicate of 1
after a purge    told as a duplicate of 1; the stream holds 0 messages
publish b        stored as 2
b is processed   told as a duplicate of 2
publish c        stored as 3
after a restart  a: stored as 4
after a restart  b: stored as 5
after a restart  c: told as a duplicate of 3'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	js, stop := start()

	stream := must(js.CreateStream(ctx, jetstream.StreamConfig{
		Name: "EVENTS", Subjects: []string{"events.>"}, Retention: jetstream.WorkQueuePolicy,
	}))
	publish := func(subject, id string) string {
		ack := must(js.Publish(ctx, subject, []byte("x"), jetstream.WithMsgID(id)))
		if ack.Duplicate {
			return fmt.Sprintf("told as a duplicate of %d", ack.Sequence)
		}
		return fmt.Sprintf("stored as %d", ack.Sequence)
	}

	fmt.Println("publish a       ", publish("events.web", "a"))
	fmt.Println("again           ", publish("events.web", "a"))
	fmt.Println("other subject   ", publish("events.app", "a"))
	if err := stream.Purge(ctx); err != nil {
		panic(err)
	}
	told := publish("events.web", "a")
	fmt.Printf("after a purge    %s; the stream holds %d messages\n", told, must(stream.Info(ctx)).State.Msgs)

	consumer := must(js.CreateConsumer(ctx, "EVENTS", jetstream.ConsumerConfig{Durable: "worker", AckPolicy: jetstream.AckExplicitPolicy}))
	fmt.Println("publish b       ", publish("events.web", "b"))
	if err := must(consumer.Next()).DoubleAck(ctx); err != nil {
		panic(err)
	}
	fmt.Println("b is processed  ", publish("events.web", "b"))
	fmt.Println("publish c       ", publish("events.web", "c"))

	stop()
	js, stop = start()
	defer stop()
	for _, id := range []string{"a", "b", "c"} {
		fmt.Println("after a restart ", id+":", publish("events.web", id))
	}
}

// start runs a server on the files of this folder.
func start() (jetstream.JetStream, func()) {
	s := must(server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: "data", NoSigs: true}))
	go s.Start()
	if !s.ReadyForConnections(30 * time.Second) {
		panic("the server did not start")
	}
	connection := must(nats.Connect(s.ClientURL()))
	return must(jetstream.New(connection)), func() {
		connection.Close()
		s.Shutdown()
		s.WaitForShutdown()
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
GO

go mod init finding 2>/dev/null
go mod edit -require=github.com/nats-io/nats-server/v2@v2.15.2 -require=github.com/nats-io/nats.go@v1.55.0
go build -mod=mod -o duplicates . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./duplicates)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
