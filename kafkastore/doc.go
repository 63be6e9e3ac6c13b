// SPDX-License-Identifier: Apache-2.0

// Package kafkastore delivers events to a topic of Kafka, and reads them from there.
//
//	sink, err := kafkastore.NewSink(kafkastore.Config{
//		URL: "kafka+tls://shop:…@kafka-1.example.com:9092,kafka-2.example.com:9092/events?sasl=scram-sha-512",
//	})
//	...
//	store, err := eventstore.Open(ctx, sink, eventstore.Config{Dir: "otelanalytics-data"})
//	...
//	client, err := otelanalytics.New(m, otelanalytics.WithStore(store)) // which now owns the store
//
// The journal of each service stays the outbox. The topic stands between the services and MongoDB: "otelanalytics deliver" reads
// it, inserts into MongoDB, and commits its offsets afterwards. docs/scale.md explains when to take this step.
//
// # Records
//
// The value of a record is the document of an event, byte for byte as the journal and MongoDB have it: BSON. The header
// [HeaderID] is the event's id, a UUID, and [HeaderType] is its type. The key is a keyed hash of the user, with [Config].UserKey, so
// that no key names a user. Events without a user have no key.
//
// # Guarantees
//
// An event is stored when all in-sync replicas of its partition have it, which are at least [Config].MinInSync. The journal keeps the
// event until then. The producer is idempotent: what the client sends again by itself, the broker takes once. A process that dies, or a
// delivery that ends without an answer, publishes the event again. Later copies have the same _id, which MongoDB takes once.
//
// A batch of records can have as many bytes as the topic's max.message.bytes, 1 MiB by default. The store refuses a larger event
// when it is tracked ([Config].MaxEventBytes).
//
// # Reading
//
// [NewConsumer] joins a consumer group, whose readers share the partitions of the topic between them. Each group gets every event.
//
// # The module
//
// The package is a Go module of its own: services without Kafka do not download its client.
package kafkastore
