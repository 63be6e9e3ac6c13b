// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// The settings of a topic that matter here, as Kafka names them.
const (
	cleanupPolicy  = "cleanup.policy"
	retentionTime  = "retention.ms"
	retentionBytes = "retention.bytes"
	segmentTime    = "segment.ms"
	minInSync      = "min.insync.replicas"
	uncleanElect   = "unclean.leader.election.enable"
	maxBatchBytes  = "max.message.bytes"
)

// topic sees to it that the topic is there and is what the configuration asks for.
type topic struct {
	config Config
	turn   chan struct{} // holds one element while nobody looks
	id     [16]byte      // of the topic that was found; guarded by turn
	fits   atomic.Bool
	takes  atomic.Int32 // bytes in a batch; 0: nobody has asked
}

func newTopic(c Config) *topic {
	t := &topic{config: c, turn: make(chan struct{}, 1)}
	t.turn <- struct{}{}
	return t
}

// batchBytes is the largest batch that may be sent.
func (t *topic) batchBytes() int32 {
	most := int32(t.config.MaxEventBytes) + envelopeBytes
	if takes := t.takes.Load(); takes > 0 {
		most = min(most, takes)
	}
	return most
}

// ensure creates the topic if it is missing, and checks one that is there, until it has fitted once.
func (t *topic) ensure(ctx context.Context, client *kgo.Client) error {
	if t.fits.Load() {
		return nil
	}
	select {
	case <-t.turn:
		defer func() { t.turn <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if t.fits.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, t.config.WriteTimeout)
	defer cancel()
	if err := t.look(ctx, client); err != nil {
		return fmt.Errorf("topic %s: %w", t.config.Topic, err)
	}
	t.fits.Store(true)
	return nil
}

func (t *topic) look(ctx context.Context, client *kgo.Client) error {
	found, err := find(ctx, client, t.config.Topic)
	if isMissing(err) && !t.config.WithoutTopic {
		if err = t.create(ctx, client); err == nil {
			found, err = t.appeared(ctx, client)
		}
	}
	if err != nil {
		return err
	}
	if t.id != [16]byte{} && t.id != found.TopicID { // the client publishes to the one that it knows, and to no other of its name
		client.PurgeTopicsFromProducing(t.config.Topic)
	}
	t.id = found.TopicID
	if t.config.WithoutTopic {
		return nil
	}
	is, err := settings(ctx, client, t.config.Topic, cleanupPolicy, retentionTime, retentionBytes, minInSync, uncleanElect, maxBatchBytes)
	if err != nil {
		return err
	}
	if n, err := strconv.ParseInt(is[maxBatchBytes], 10, 32); err == nil {
		t.takes.Store(int32(n))
	}
	return t.check(found.Partitions, is)
}

// again has the next delivery look at the topic anew.
func (t *topic) again() { t.fits.Store(false) }

func isMissing(err error) bool {
	return errors.Is(err, kerr.UnknownTopicOrPartition) || errors.Is(err, kerr.UnknownTopicID)
}

// find asks for a topic.
func find(ctx context.Context, client *kgo.Client, topic string) (found kmsg.MetadataResponseTopic, err error) {
	req := kmsg.NewPtrMetadataRequest()
	one := kmsg.NewMetadataRequestTopic()
	one.Topic = &topic
	req.Topics = append(req.Topics, one)
	resp, err := req.RequestWith(ctx, client)
	if err != nil {
		return found, err
	}
	for _, t := range resp.Topics {
		if t.Topic != nil && *t.Topic == topic {
			return t, kerr.ErrorForCode(t.ErrorCode)
		}
	}
	return found, kerr.UnknownTopicOrPartition
}

// appeared waits until brokers know of a topic that was created.
func (t *topic) appeared(ctx context.Context, client *kgo.Client) (found kmsg.MetadataResponseTopic, err error) {
	for n := 1; ; n++ {
		if found, err = find(ctx, client, t.config.Topic); !isMissing(err) {
			return found, err
		}
		select {
		case <-time.After(pause(n)):
		case <-ctx.Done():
			return found, err
		}
	}
}

// create creates the topic. Another process that has done so before is no error.
func (t *topic) create(ctx context.Context, client *kgo.Client) error {
	req := kmsg.NewPtrCreateTopicsRequest()
	one := kmsg.NewCreateTopicsRequestTopic()
	one.Topic = t.config.Topic
	one.NumPartitions = int32(t.config.Partitions)
	one.ReplicationFactor = int16(t.config.Replicas)
	for _, s := range t.wanted() {
		setting := kmsg.NewCreateTopicsRequestTopicConfig()
		setting.Name, setting.Value = s[0], &s[1]
		one.Configs = append(one.Configs, setting)
	}
	req.Topics = append(req.Topics, one)
	req.TimeoutMillis = int32(t.config.WriteTimeout.Milliseconds())
	resp, err := req.RequestWith(ctx, client)
	if err != nil {
		return fmt.Errorf("create it: %w", err)
	}
	for i := range resp.Topics {
		err := kerr.ErrorForCode(resp.Topics[i].ErrorCode)
		if err == nil || errors.Is(err, kerr.TopicAlreadyExists) {
			continue
		}
		if text := resp.Topics[i].ErrorMessage; text != nil {
			err = fmt.Errorf("%w: %s", err, *text)
		}
		return fmt.Errorf("create it: %w", err)
	}
	return nil
}

// wanted is the topic as it is created. Kafka removes segments and not events: a seventh of MaxAge is how much longer one may stay.
func (t *topic) wanted() [][2]string {
	ms := func(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
	return [][2]string{
		{cleanupPolicy, "delete"},
		{retentionTime, ms(t.config.MaxAge)},
		{retentionBytes, "-1"},
		{segmentTime, ms(t.config.MaxAge / 7)},
		{minInSync, strconv.Itoa(t.config.MinInSync)},
		{uncleanElect, "false"},
		{maxBatchBytes, strconv.Itoa(t.config.MaxEventBytes + envelopeBytes)},
	}
}

// settings asks for settings of a topic.
func settings(ctx context.Context, client *kgo.Client, topic string, names ...string) (map[string]string, error) {
	req := kmsg.NewPtrDescribeConfigsRequest()
	one := kmsg.NewDescribeConfigsRequestResource()
	one.ResourceType, one.ResourceName = kmsg.ConfigResourceTypeTopic, topic
	one.ConfigNames = names
	req.Resources = append(req.Resources, one)
	resp, err := req.RequestWith(ctx, client)
	if err != nil {
		return nil, fmt.Errorf("ask for its settings: %w", err)
	}
	all := make(map[string]string)
	for _, r := range resp.Resources {
		if err := kerr.ErrorForCode(r.ErrorCode); err != nil {
			return nil, fmt.Errorf("ask for its settings: %w", err)
		}
		for _, c := range r.Configs {
			if c.Value != nil {
				all[c.Name] = *c.Value
			}
		}
	}
	return all, nil
}

// check returns everything in which a topic is not what the configuration asks for.
func (t *topic) check(partitions []kmsg.MetadataResponseTopicPartition, is map[string]string) error {
	var wrong []string
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	fewest := MaxReplicas
	for i := range partitions {
		fewest = min(fewest, len(partitions[i].Replicas))
	}
	if fewest < t.config.Replicas {
		bad("it has %d replicas, fewer than %d (Config.Replicas)", fewest, t.config.Replicas)
	}
	if policy := is[cleanupPolicy]; policy != "delete" {
		bad("of the events with one key it keeps the last (%s is %s); it must be delete", cleanupPolicy, policy)
	}
	if ms, err := strconv.ParseInt(is[retentionTime], 10, 64); err != nil || ms != t.config.MaxAge.Milliseconds() {
		bad("it keeps events for %s ms (%s), not for %d, which is %v (Config.MaxAge)", is[retentionTime], retentionTime, t.config.MaxAge.Milliseconds(), t.config.MaxAge)
	}
	if most := is[retentionBytes]; most != "-1" {
		bad("at a size it removes the oldest events (%s is %s); it must be -1", retentionBytes, most)
	}
	if n, err := strconv.Atoi(is[minInSync]); err != nil || n < t.config.MinInSync {
		bad("%s replicas are enough for it (%s), fewer than %d (Config.MinInSync)", is[minInSync], minInSync, t.config.MinInSync)
	}
	if is[uncleanElect] == "true" {
		bad("a replica that lacks events may lead it (%s); it must not", uncleanElect)
	}
	if len(wrong) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrTopic, strings.Join(wrong, "; "))
}
