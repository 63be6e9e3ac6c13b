// SPDX-License-Identifier: Apache-2.0

// Package natsstore delivers events to a stream of NATS JetStream, and reads them from there.
//
//	sink, err := natsstore.NewSink(natsstore.Config{
//		URL:         "tls://nats-1.example.com:4222,tls://nats-2.example.com:4222",
//		Credentials: "/run/secrets/shop.creds",
//	})
//	...
//	store, err := eventstore.Open(ctx, sink, eventstore.Config{Dir: "otelanalytics-data"})
//	...
//	client, err := otelanalytics.New(m, otelanalytics.WithStore(store)) // which now owns the store
//
// The journal of each service stays the outbox. The stream is between the services and MongoDB: "otelanalytics deliver" reads
// it, inserts into MongoDB, and then acknowledges to the stream. docs/scale.md explains when to take this step.
//
// # Messages
//
// A message is the document of an event in BSON, byte for byte the same as in the journal and in MongoDB. Its header Nats-Msg-Id is the
// event's id, a UUID. Its subject is [Config].Subjects, a dot, and the [Token] of the event's type. There are as many
// subjects as the event map has events.
//
// # Guarantees
//
// An event is stored when the stream has acknowledged it. A stream with replicas acknowledges once most of them have the event. The
// journal keeps an event until then. A process that dies in between publishes it again. The stream then drops copies within its
// deduplication window. Later copies have the same _id, and MongoDB stores one of them.
//
// A message has at most the server's max_payload, 1 MiB by default. The store refuses a larger event when it is
// tracked ([Config].MaxEventBytes).
//
// # Reading
//
// [NewConsumer] joins a group of readers. The readers of a group share the events of the stream. Each group gets every event.
//
// # The module
//
// The package is a separate Go module: services without NATS do not download its client.
package natsstore
