// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"cmp"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
)

// settings are the flags beside those about MongoDB.
type settings struct {
	from, fromFile, ca, cert, key string
	group                         string
	nats                          natsFlags
	mapFile                       string
	validate                      bool
	listen                        string
	patience                      time.Duration
}

// New returns the command deliver.
func New() *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Use:   "deliver --from URL --to URI",
		Short: "Move events from a log between services and MongoDB to MongoDB",
		Long: `Read the events that services publish to a log, insert them into MongoDB, and then acknowledge them to the log. The command runs
until a signal ends it. The log is a stream of NATS JetStream (natsstore) or a topic of Kafka (kafkastore).

Any number of processes with the same --group share the events between them. Each may be killed at any moment. MongoDB stores
each event once, by its _id.

Events are delivered as in a service: with the same writer, retry and metrics (--listen). The quarantine file in --data-dir takes
events that MongoDB refuses for good, and messages that are not events. "otelanalytics quarantine" shows and replays them. Keep the
directory on a disk that outlives the process; "auto:PATH" gives each of several processes its own directory.

--map names the event map. The command then counts the map's distinct users, and --validator gives the collection the map's
validator. Metrics of the map's events stay in the services.

` + connect.Help + `

Do not put a password of the log on the command line either. --from-file reads the URL from a file, and --credentials names a file
of the account in NATS (.creds).
A URL of Kafka may have a user and a password: kafka+tls://user:password@host:9092/topic?sasl=scram-sha-512.

SIGTERM and Ctrl-C end the command: it reads no more, waits at most --patience for running deliveries, and takes a few seconds more to
close. Another process gets the remaining events. The exit code is 2 when MongoDB is away then: --data-dir has events that wait.`,
		Example: `  otelanalytics deliver --from nats://127.0.0.1:4222 --to mongodb://127.0.0.1:27017 --data-dir /var/lib/deliver
  otelanalytics deliver --from 'kafka://127.0.0.1:9092/otelanalytics-events?group=mongodb' --to mongodb://127.0.0.1:27017 --data-dir /var/lib/deliver
  otelanalytics deliver --from tls://nats.example.com --credentials /run/secrets/deliver.creds --config otelanalytics.yaml --map events.yaml`,
		Args:              cli.Args(0, 0, "no arguments, only flags"),
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := connect.AddFlagsTo(cmd)
	flags.AddDataDir(cmd)
	set := cmd.Flags()
	set.StringVar(&s.from, "from", "", "the `URL` of the log's servers without a password, such as nats://127.0.0.1:4222 or kafka://127.0.0.1:9092/topic; with commas between several")
	set.StringVar(&s.fromFile, "from-file", "", "a `file` with that URL, for one with a password")
	set.StringVar(&s.ca, "tls-ca", "", "a `file` with certificates of authorities for the log's servers, instead of the system's")
	set.StringVar(&s.cert, "tls-cert", "", "a `file` with the client's certificate for the log")
	set.StringVar(&s.key, "tls-key", "", "the `file` with its key")
	s.nats.add(set)
	set.StringVar(&s.group, "group", "mongodb", "the `name` under which processes share the events")
	set.StringVar(&s.mapFile, "map", "", "the event map, a `file`; by default the configuration's event_map")
	set.BoolVar(&s.validate, "validator", false, "let the server check documents by the event map")
	set.StringVar(&s.listen, "listen", "127.0.0.1:9464", "the `address` of /metrics, /readyz and /healthz; empty: none")
	set.DurationVar(&s.patience, "patience", 10*time.Second, "how long to wait at the end for running deliveries")
	// The flags exist: the errors cannot happen.
	_ = cmd.RegisterFlagCompletionFunc("map", cli.CompleteMaps)
	for _, name := range []string{"from", "stream", "subjects", "group", "listen", "patience"} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions)
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := flags.Load()
		if err != nil {
			return err
		}
		if c.URI == "" {
			return cli.Usagef("no MongoDB is named; give --to without a password in it, set OTELANALYTICS_MONGODB_URI, or mongodb.uri in the file of --config")
		}
		if s.patience < 0 {
			return cli.Usagef("--patience is %v; it must not be negative", s.patience)
		}
		open, err := s.source(set)
		if err != nil {
			return err
		}
		s.mapFile = cmp.Or(s.mapFile, c.EventMap)
		return s.run(cmd, c, open)
	}
	return cmd
}
