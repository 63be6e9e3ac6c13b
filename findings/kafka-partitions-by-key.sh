#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# One key goes to four different partitions of a Kafka topic, depending on the client library of the producer.
#
# Expected  Kafka keeps the order of messages with one key, because they are in one partition: producers with their default or
#           "hash" partitioner agree where a key belongs, in whatever language and library.
# Seen      Only the Java rule (murmur2) is shared: franz-go and kafkajs 2 follow it by default, kafka-go as Murmur2Balancer.
#           sarama and kafka-go's Hash use FNV-1a, kafka-go's CRC32Balancer follows librdkafka, kafkajs 1's partitioner (the
#           LegacyPartitioner of 2) has a murmur2 of its own. kafka-go's ReferenceHash is a fifth one. Events of one user that
#           two services produce are then in two partitions, and have no order.
# Versions  Go github.com/twmb/franz-go 1.22.3, github.com/IBM/sarama 1.61.1, github.com/segmentio/kafka-go 0.4.51;
#           npm kafkajs 2.2.4
# Date      2026-11-27
# Sources   https://kafka.js.org/docs/migration-guide-v2.0.0#producer-new-default-partitioner
#           https://pkg.go.dev/github.com/IBM/sarama#NewHashPartitioner
#           https://pkg.go.dev/github.com/segmentio/kafka-go#Hash
set -euo pipefail

recorded='Go  franz-go default           u-1:7 u-2:10 u-3:1 alice:9 bob:6
Go  kafka-go Murmur2Balancer   u-1:7 u-2:10 u-3:1 alice:9 bob:6
Go  sarama default             u-1:2 u-2:1 u-3:0 alice:5 bob:8
Go  kafka-go Hash              u-1:2 u-2:1 u-3:0 alice:5 bob:8
Go  kafka-go ReferenceHash     u-1:6 u-2:7 u-3:8 alice:3 bob:0
Go  kafka-go CRC32Balancer     u-1:0 u-2:2 u-3:4 alice:11 bob:8
npm kafkajs DefaultPartitioner u-1:7 u-2:10 u-3:1 alice:9 bob:6
npm kafkajs LegacyPartitioner  u-1:3 u-2:7 u-3:3 alice:4 bob:10'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"fmt"

	"github.com/IBM/sarama"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	const partitions = 12
	var all []int
	for i := range partitions {
		all = append(all, i)
	}
	franz := kgo.StickyKeyPartitioner(nil).ForTopic("events") // the client's default
	ibm := sarama.NewHashPartitioner("events")                // the configuration's default
	balancer := func(b kafka.Balancer) func(string) int {
		return func(key string) int { return b.Balance(kafka.Message{Key: []byte(key)}, all...) }
	}
	for _, p := range []struct {
		name  string
		place func(key string) int
	}{
		{"franz-go default", func(key string) int { return franz.Partition(&kgo.Record{Key: []byte(key)}, partitions) }},
		{"kafka-go Murmur2Balancer", balancer(kafka.Murmur2Balancer{})},
		{"sarama default", func(key string) int {
			n, err := ibm.Partition(&sarama.ProducerMessage{Key: sarama.StringEncoder(key)}, partitions)
			if err != nil {
				panic(err)
			}
			return int(n)
		}},
		{"kafka-go Hash", balancer(&kafka.Hash{})},
		{"kafka-go ReferenceHash", balancer(&kafka.ReferenceHash{})},
		{"kafka-go CRC32Balancer", balancer(kafka.CRC32Balancer{})},
	} {
		fmt.Printf("Go  %-26s", p.name)
		for _, key := range []string{"u-1", "u-2", "u-3", "alice", "bob"} {
			fmt.Printf(" %s:%d", key, p.place(key))
		}
		fmt.Println()
	}
}
GO
cat >place.cjs <<'JS'
const { Partitioners } = require('kafkajs');

const partitionMetadata = Array.from({ length: 12 }, (_, i) => ({ partitionId: i, leader: 1 }));
for (const name of ['DefaultPartitioner', 'LegacyPartitioner']) {
  const place = Partitioners[name]();
  const keys = ['u-1', 'u-2', 'u-3', 'alice', 'bob'];
  const found = keys.map((key) => `${key}:${place({ topic: 'events', partitionMetadata, message: { key } })}`);
  console.log(`npm kafkajs ${name}`.padEnd(30), found.join(' '));
}
JS

go mod init finding 2>/dev/null
go mod edit -require=github.com/twmb/franz-go@v1.22.3 -require=github.com/IBM/sarama@v1.61.1 \
  -require=github.com/segmentio/kafka-go@v0.4.51
go build -mod=mod -o place . 2>build.log || { cat build.log >&2; exit 1; }
npm install --loglevel=error --no-audit --no-fund --ignore-scripts kafkajs@2.2.4 >/dev/null
saw=$(./place; node place.cjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
