// SPDX-License-Identifier: Apache-2.0

package ownmetrics

import (
	"slices"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// ReasonEventMap is why events are in quarantine whose data do not keep to the event map.
const ReasonEventMap = "event_map"

// IngestComesAgain are the reasons of refused requests that clients send again, most of them. Others they drop.
var IngestComesAgain = []string{"busy", "rate", "full", "unavailable"}

// The SDK's own metrics, in the order of the documentation.
var (
	EventsAccepted = row(Metric{
		Name: "otelanalytics.events.accepted", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{eventType}, Always: true,
		Help: "Events that were written to the journal.",
	})
	EventsRecovered = row(Metric{
		Name: "otelanalytics.events.recovered", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{event}", Always: true,
		Help: "Events of an earlier process that were found in the journal when it was opened, and events that were put back from quarantine.",
		Note: "events that cannot be read are among them",
	})
	EventsStored = row(Metric{
		Name: "otelanalytics.events.stored", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{eventType}, Always: true,
		Help: "Events that MongoDB has acknowledged.",
	})
	EventsDeduplicated = row(Metric{
		Name: "otelanalytics.events.deduplicated", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{eventType}, Always: true,
		Help: "Events that MongoDB did not take because it has another event with their key.",
		Note: "another instance or an earlier process tracked that one, or the [key window](guarantees.md#a-retry-is-safe-with-a-key) had forgotten its key",
	})
	EventsQuarantined = row(Metric{
		Name: "otelanalytics.events.quarantined", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{eventType, {Name: "reason", Values: []Value{
			{[]string{"duplicate_key"}, "a unique index other than `_id` refused the document"},
			{[]string{"validation"}, "a validator of the collection refused it"},
			{[]string{"too_large"}, "it exceeds this server's limit"},
			{[]string{"code_N"}, "the server refused it with its error code N"},
			{[]string{"refused_command", "refused_network"}, "offered by itself, the server did not take it ten times, while it took others"},
			{[]string{ReasonEventMap}, "the event's data do not keep to the event map, whose `on_violation` is `quarantine`"},
			{[]string{"unreadable"}, "the journal's record was written by another version of the SDK"},
			{[]string{"refused"}, "a sink that is not MongoDB's refused it without a reason"},
			{[]string{"other"}, "such a sink has given more than 100 reasons"},
		}}},
		Help: "Events that MongoDB will never take and that are kept in the quarantine file.",
	})
	EventsSuppressed = row(Metric{
		Name: "otelanalytics.events.suppressed", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{eventType},
		Help:   "Accepted events whose user was suppressed before MongoDB had them; they are not kept.",
		Note:   "from the first on",
	})
	EventsLost = row(Metric{
		Name: "otelanalytics.events.lost", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{event}", Always: true,
		Help: "Accepted events that MongoDB will not get: damage on disk made them unreadable, or a store in memory lost them.",
	})
	EventsRejected = row(Metric{
		Name: "otelanalytics.events.rejected", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{eventType, {Name: "reason", Values: []Value{
			{[]string{"invalid"}, "the event can never be stored; the error names the field"},
			{[]string{"unknown_event"}, "the map does not declare the type, and the client is strict"},
			{[]string{"too_large"}, "the document would exceed MongoDB's 16 MiB, or what a sink of the store takes"},
			{[]string{"journal_full"}, "MongoDB did not take events for so long that the journal is at its bound"},
			{[]string{"journal_error"}, "the operating system could not write the journal, or AckSynced was asked of a store in memory"},
			{[]string{"closed"}, "the client was shut down"},
			{[]string{"quarantine_full"}, "the data do not keep to the event map, whose `on_violation` is `quarantine`, and the quarantine is full"},
			{[]string{"suppressed"}, "the user is on the list of suppressed users"},
			{[]string{"canceled"}, "the context ended while another call tracked the same key"},
		}}},
		Help: "Events that were not accepted; their callers got an error.",
	})
	EventsDropped = row(Metric{
		Name: "otelanalytics.events.dropped", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{eventType, {Name: "reason", Values: []Value{{[]string{"hook"}, "the before-track hook dropped the event"}}}},
		Help:   "Events that the application's before-track hook dropped.",
		Note:   "there when the client has one",
	})
	EventsDuplicate = row(Metric{
		Name: "otelanalytics.events.duplicate", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{eventType},
		Help:   "Events that were neither stored nor recorded, because this process had accepted an event with their key.",
	})
	EventsSampledOut = row(Metric{
		Name: "otelanalytics.events.sampled_out", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{eventType},
		Help:   "Events that metrics count and that were not stored, because a part of their type is stored.",
		Note:   "from the first on; they are not among the accepted ones",
	})
	EventsViolations = row(Metric{
		Name: "otelanalytics.events.violations", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{violation}",
		Labels: []Label{eventType, {Name: "field"}, {Name: "rule", Values: []Value{
			{[]string{"required"}, "the field is missing"},
			{[]string{"type"}, "it is of another type; counted in `otelanalytics_fields_mistyped_total`, too, unless the field is redacted"},
			{[]string{"values", "pattern", "min_length", "max_length", "min", "max"}, "its value is not one that the rule of that name allows"},
			{[]string{"max_items", "items"}, "an array has too many entries; an entry is no object"},
			{[]string{"additional"}, "the map does not declare the field; `field` is `*`, behind the path of the object that it is in"},
		}}},
		Help: "Violations of the event map's rules in the data of events; on_violation decides about the events.",
		Note: "from the first on",
	})
	Clock = row(Metric{
		Name: "otelanalytics.clock", Instrument: eventmap.Gauge, Number: eventmap.Double, Unit: "s", Always: true,
		Help: "The clock of the process when the page was made, in seconds since 1970.",
		Note: "`otelanalytics reconcile` compares documents with pages by it",
	})
	Start = row(Metric{
		Name: "otelanalytics.start", Instrument: eventmap.Gauge, Number: eventmap.Double, Unit: "s", Always: true,
		Help: "When the client was made, by the clock of the process, in seconds since 1970.",
		Note: "`otelanalytics reconcile` tells the runs of a process apart by it",
	})
	RecordDelay = row(Metric{
		Name: "otelanalytics.record.delay", Instrument: eventmap.Gauge, Number: eventmap.Double, Unit: "s", Always: true,
		Help: "The longest time that passed between the received_at of an event and the update of its metrics.",
	})
	JournalPending = row(Metric{
		Name: "otelanalytics.journal.pending", Instrument: eventmap.UpDownCounter, Number: eventmap.Int, Unit: "{event}", Always: true,
		Help: "Events in the journal that are not in MongoDB yet.",
	})
	JournalSize = row(Metric{
		Name: "otelanalytics.journal.size", Instrument: eventmap.UpDownCounter, Number: eventmap.Int, Unit: "By", Always: true,
		Help: "Size of the journal on disk.",
	})
	JournalOldestAge = row(Metric{
		Name: "otelanalytics.journal.oldest_age", Instrument: eventmap.Gauge, Number: eventmap.Double, Unit: "s", Always: true,
		Help: "How long the oldest pending event has been waiting.",
	})
	JournalConsumerPending = row(Metric{
		Name: "otelanalytics.journal.consumer.pending", Instrument: eventmap.UpDownCounter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{{Name: "consumer"}},
		Help:   "Events in the journal that a consumer other than MongoDB is not done with.",
		Note:   "there when the store has such consumers",
	})
	JournalConsumerErrors = row(Metric{
		Name: "otelanalytics.journal.consumer.errors", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{error}",
		Labels: []Label{{Name: "consumer"}},
		Help:   "Calls of a consumer other than MongoDB that failed and are repeated.",
		Note:   "there when the store has such consumers",
	})
	SinkEvents = row(Metric{
		Name: "otelanalytics.sink.events", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{sink, {Name: "outcome", Values: []Value{
			{[]string{"stored"}, "the sink has the event"},
			{[]string{"deduplicated"}, "the sink has another event under its id"},
			{[]string{"quarantined"}, "the sink will never take it; it is in the quarantine file of that sink"},
			{[]string{"suppressed"}, "its user was suppressed before the sink had it"},
			{[]string{"passed"}, "the quarantine of the first sink has it, and this one was not asked"},
			{[]string{"lost"}, "damage on disk, or the end of a store in memory, took it"},
		}}},
		Help: "Events that a sink after the first is done with, by outcome.",
		Note: "there when the store has [several sinks](journal.md#several-sinks)",
	})
	SinkErrors = row(Metric{
		Name: "otelanalytics.sink.errors", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{error}",
		Labels: []Label{sink, {Name: "kind"}},
		Help:   "Failed attempts to move events from the journal to a sink beside the first, by kind.",
		Note:   "from the first on; the kinds are as in `otelanalytics_store_errors_total`, and the sink's own",
	})
	SinkPending = row(Metric{
		Name: "otelanalytics.sink.pending", Instrument: eventmap.UpDownCounter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{sink},
		Help:   "Events in the journal that a sink after the first does not have yet.",
		Note:   "there when the store has several sinks, and for a sink that an earlier process had",
	})
	SinkOldestAge = row(Metric{
		Name: "otelanalytics.sink.oldest_age", Instrument: eventmap.Gauge, Number: eventmap.Double, Unit: "s",
		Labels: []Label{sink},
		Help:   "How long the oldest event has been waiting for a sink after the first.",
		Note:   "as for `otelanalytics_sink_pending`",
	})
	StoreBatchDuration = row(Metric{
		Name: "otelanalytics.store.batch.duration", Instrument: eventmap.Histogram, Number: eventmap.Double, Unit: "s",
		Help:    "Duration of one attempt to insert a batch into MongoDB.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
	})
	StoreBatchSize = row(Metric{
		Name: "otelanalytics.store.batch.size", Instrument: eventmap.Histogram, Number: eventmap.Int, Unit: "{event}",
		Help:    "Number of events in one attempt to insert a batch into MongoDB.",
		Buckets: []float64{1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 100_000},
	})
	StoreErrors = row(Metric{
		Name: "otelanalytics.store.errors", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{error}",
		Labels: []Label{{Name: "kind", Values: []Value{
			{[]string{"network", "timeout", "connection"}, "MongoDB could not be reached or asked"},
			{[]string{"command", "write", "write_concern"}, "MongoDB answered with an error"},
			{[]string{"driver"}, "the driver refused a document without asking the server"},
			{[]string{"suppression"}, "the list of suppressed users could not be read"},
			{[]string{"quarantine", "checkpoint", "journal_read"}, "the disk failed; tried again"},
			{[]string{"panic", "other"}, "a sink that is not MongoDB's panicked, failed without a kind, or has given more than 100 kinds"},
		}}},
		Help: "Failed attempts to move events from the journal to MongoDB, by kind.",
	})
	AttributesOverflow = row(Metric{
		Name: "otelanalytics.attributes.overflow", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{value}",
		Labels: []Label{{Name: "metric"}, {Name: "attribute"}},
		Help:   "Attribute values that were recorded as other because of a bound in the event map.",
		Note:   "attribute `*` counts combinations beyond `max_series`",
	})
	ValuesRefused = row(Metric{
		Name: "otelanalytics.values.refused", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{value}",
		Labels: []Label{{Name: "metric"}, {Name: "reason", Values: []Value{
			{
				[]string{"missing", "type", "not_finite", "negative", "not_integer"},
				"the value was absent; not a number; NaN or infinite; below zero where the instrument takes none; fractional where it counts integers",
			},
			{[]string{"sum_range"}, "with it, the sum of the series would leave the range of a 64-bit integer or of the finite doubles"},
			{[]string{"expression"}, "a computed value failed: an int out of range, or the remainder of a division by zero"},
			{
				[]string{"when_missing", "when_type", "when_failed"},
				"a condition could not be told: a field was absent, of another type, or the evaluation failed; nothing was recorded",
			},
			{[]string{"attribute_type"}, "an attribute's field was a document, an array or binary; the default took its place"},
		}}},
		Help: "Values that a metric did not record, by reason; their events were stored.",
	})
	FieldsMistyped = row(Metric{
		Name: "otelanalytics.fields.mistyped", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{field}",
		Labels: []Label{eventType, {Name: "field"}},
		Help:   "Data fields that were not of the type that the event map declares; on_violation decides about the events.",
	})
	HookPanics = row(Metric{
		Name: "otelanalytics.hook.panics", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{panic}",
		Help: "Panics of the application's before-track hook; the events continued unchanged.",
	})
	PipelinePanics = row(Metric{
		Name: "otelanalytics.pipeline.panics", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{panic}",
		Labels: []Label{{Name: "step", Values: []Value{
			{[]string{"accept"}, "before the append: code of the application, such as its context; the event is refused"},
			{[]string{"append"}, "the store; the event is refused"},
			{[]string{"record"}, "after the append: the meter provider; the event is kept"},
			{[]string{"emit"}, "after the append: the logger provider; the event is kept"},
		}}},
		Help: "Panics that were caught while an event was tracked or recorded, by step.",
	})
	UniquesReadingAge = row(Metric{
		Name: "otelanalytics.uniques.reading.age", Instrument: eventmap.Gauge, Number: eventmap.Double, Unit: "s",
		Help: "How long ago distinct users were read from sketches; since the first attempt, as long as none has succeeded.",
		Note: "there when the process reads [distinct users](distinct-users.md)",
	})
	UniquesErrors = row(Metric{
		Name: "otelanalytics.uniques.errors", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{error}",
		Labels: []Label{{Name: "kind", Values: []Value{
			{[]string{"read"}, "a reading failed: the gauges keep their numbers"},
			{[]string{"save"}, "sketches were not saved; they stay in memory"},
			{[]string{"lease"}, "the lease was not written; deliveries wait for it, unless the database refuses it"},
			{[]string{"watch"}, "the leases of other processes were not read, or a range was not counted again"},
			{[]string{"roll_up"}, "records were not rolled up, and are more than they have to be"},
			{[]string{"prepare"}, "the indexes of the sketches were not created"},
			{[]string{"delete"}, "a record that another one replaces was not deleted; a roll-up does it"},
			{[]string{"key"}, "the key of the sketches was not read; events are counted when it is known"},
		}}},
		Help: "Failures while distinct users were counted, by kind; they are retried.",
	})
	UniquesRebuilt = row(Metric{
		Name: "otelanalytics.uniques.rebuilt", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{range}",
		Help: "Ranges of documents that were counted again, since the process that stored them ended before it saved its sketches.",
	})
	UniquesUncovered = row(Metric{
		Name: "otelanalytics.uniques.uncovered", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{delivery}",
		Help: "Deliveries without a lease, which the database refuses: a crash would leave their users out of the sketches.",
	})
	UniquesDamaged = row(Metric{
		Name: "otelanalytics.uniques.damaged", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{record}",
		Help: "Saved sketches that were ignored, so that their users may be missing: damaged, or of another key or version.",
	})
	UniquesDropped = row(Metric{
		Name: "otelanalytics.uniques.dropped", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{time}",
		Help: "Times that open sketches were dropped, since they could not be saved and their memory was full; they are counted again from the documents.",
	})
	IngestEventsAccepted = row(Metric{
		Name: "otelanalytics.ingest.events.accepted", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{{Name: "source"}},
		Help:   "Events that came over HTTP and were accepted, those among them that were sent again.",
		Note:   "there for each source when the process has the [doors](ingest.md)",
	})
	IngestEventsRefused = row(Metric{
		Name: "otelanalytics.ingest.events.refused", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{{Name: "source"}, {Name: "reason", Values: []Value{
			{[]string{"malformed"}, "a field has the wrong JSON type, or a required one is missing"},
			{[]string{"type_not_allowed"}, "the source may not send this event type"},
			{[]string{"time_range"}, "it happened at a time that the source may not send"},
			{[]string{"import"}, "a public key, at the door for imports"},
			{[]string{"too_large"}, "it has more bytes than the door takes, or is one too many in its request"},
			{[]string{"consent"}, "the user has not agreed, by the source's consent field"},
			{[]string{"user_rate"}, "its user sends more events a second than the source allows"},
			{[]string{"invalid", "unknown_event", "suppressed"}, "the client refused it; counted in `otelanalytics_events_rejected_total`, too"},
		}}},
		Help: "Events that came over HTTP and were refused for good; their clients were told.",
		Note: "there when the process has the [doors](ingest.md), from the first refusal on",
	})
	IngestRequestsAccepted = row(Metric{
		Name: "otelanalytics.ingest.requests.accepted", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{request}",
		Labels: []Label{{Name: "source"}},
		Help:   "Requests with events whose every event was accepted, or was refused for good.",
		Note:   "there for each source when the process has the [doors](ingest.md)",
	})
	IngestRequestsRefused = row(Metric{
		Name: "otelanalytics.ingest.requests.refused", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{request}",
		Labels: []Label{{Name: "source"}, {Name: "reason", Values: []Value{
			{[]string{"key"}, "no source has the write key"},
			{[]string{"origin"}, "a page of an origin that is not configured"},
			{[]string{"address", "method"}, "there is no such address, or it takes another method"},
			{[]string{"malformed", "too_large", "timeout"}, "the body is no JSON, has too many bytes, or did not arrive in time"},
			{[]string{"encoding"}, "the body has a `Content-Encoding` that no door takes"},
			{[]string{"busy"}, "too many bytes of bodies were held; the client sends the request again"},
			{[]string{"rate"}, "the source or the address sends more events a second than it may; the client sends them again"},
			{[]string{"full", "unavailable"}, "the journal had no room, or events could not be accepted; the client sends them again"},
		}}},
		Help: "Requests with events that were refused as a whole, by reason.",
		Note: "there when the process has the [doors](ingest.md), from the first refusal on; `source` is empty for a request that was refused before its key was known",
	})
	LogPending = row(Metric{
		Name: "otelanalytics.log.pending", Instrument: eventmap.UpDownCounter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{{Name: "log"}},
		Help:   "Events in the log that no reader of the group has got yet.",
		Note:   "there in `otelanalytics deliver`; the readers of a group report the same number, so take the maximum; with Kafka it includes events that other readers have",
	})
	LogUnacknowledged = row(Metric{
		Name: "otelanalytics.log.unacknowledged", Instrument: eventmap.UpDownCounter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{{Name: "log"}},
		Help:   "Events that readers of the group received from the log, and that are neither in MongoDB nor in quarantine yet.",
		Note:   "likewise",
	})
	LogRedelivered = row(Metric{
		Name: "otelanalytics.log.redelivered", Instrument: eventmap.Counter, Number: eventmap.Int, Unit: "{event}",
		Labels: []Label{{Name: "log"}},
		Help:   "Events that this reader received from the log, and that the group had received before.",
		Note:   "there in `otelanalytics deliver`",
	})
	LogOldestAge = row(Metric{
		Name: "otelanalytics.log.oldest_age", Instrument: eventmap.Gauge, Number: eventmap.Double, Unit: "s",
		Labels: []Label{{Name: "log"}},
		Help:   "How long the log has had the oldest event that the group has not acknowledged.",
		Note:   "there in `otelanalytics deliver`, when the account may ask the log for it; 0 without such an event; with Kafka, since the time of the record, in the worst partition",
	})
	LogMaxAge = row(Metric{
		Name: "otelanalytics.log.max_age", Instrument: eventmap.Gauge, Number: eventmap.Double, Unit: "s",
		Labels: []Label{{Name: "log"}},
		Help:   "How long the log keeps an event, whether it was read or not.",
		Note:   "likewise; not there for a log that keeps events for ever; with Kafka, the account needs DescribeConfigs on the topic",
	})
	LogUsed = row(Metric{
		Name: "otelanalytics.log.used", Instrument: eventmap.Gauge, Number: eventmap.Double, Unit: "1",
		Labels: []Label{{Name: "log"}, {Name: "limit", Values: []Value{
			{[]string{"age"}, "the age of the oldest event that the group has not acknowledged; at 1 the log removes it, Kafka together with the segment that has it"},
			{[]string{"bytes", "messages"}, "what the log holds, where it refuses events at its limit; where it removes the oldest, what stands between the oldest " +
				"event that the group has not acknowledged and the newest"},
		}}},
		Help: "How much of a limit of the log is used, from 0 to 1.",
		Note: "likewise; there for each limit that the log has",
	})
	LogUp = row(Metric{
		Name: "otelanalytics.log.up", Instrument: eventmap.Gauge, Number: eventmap.Int,
		Labels: []Label{{Name: "log"}},
		Help:   "Whether the log reported how far the group is behind: 1, or 0.",
		Note:   "there in `otelanalytics deliver`",
	})
	ObserverUp = row(Metric{
		Name: "otelanalytics.observer.up", Instrument: eventmap.Gauge, Number: eventmap.Int,
		Labels: []Label{{Name: "source"}},
		Help:   "Whether the last reading of a source succeeded: 1, or 0.",
		Note:   "see [observers](observers.md)",
	})
)

// eventType is the label for the type of an event, as far as the event map declares it.
var eventType = Label{Name: EventTypeLabel}

// sink is a sink beside the first one, by its name in eventstore.Config.Sinks.
var sink = Label{Name: "sink"}

// EventTypeLabel is the name of that label.
const EventTypeLabel = "event_type"

// rows is filled while the variables above are initialised, and never changes again.
var rows []*Metric

func row(m Metric) *Metric {
	rows = append(rows, &m)
	return &m
}

// All returns every metric, in the order of the documentation.
func All() []*Metric { return slices.Clone(rows) }
