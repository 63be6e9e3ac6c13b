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
// The journal of each service stays the outbox. The stream stands between the services and MongoDB: "otelanalytics deliver" reads
// it, inserts into MongoDB, and acknowledges to the stream afterwards. docs/scale.md says when to take this step.
//
// # Messages
//
// A message is the document of an event, byte for byte as the journal and MongoDB have it: BSON. Its header Nats-Msg-Id is the
// event's id, a UUID. Its subject is [Config].Subjects, a dot, and the event's type as [Token] writes it. There are as many
// subjects as the event map has events.
//
// # Guarantees
//
// An event is stored when the stream has acknowledged it, which a stream with replicas does once most of them have it. The journal
// keeps an event until then. A process that dies in between publishes it again: the stream drops what it has seen within its window
// of deduplication, and later copies have the same _id, which MongoDB takes once.
//
// A message can have as many bytes as the server's max_payload says, 1 MiB by default. The store refuses a larger event when it is
// tracked ([Config].MaxEventBytes).
//
// # Reading
//
// [NewConsumer] joins a group of readers, which share the events of the stream between them. Each group gets every event.
//
// # The module
//
// The package is a Go module of its own: services without NATS do not download its client.
package natsstore
