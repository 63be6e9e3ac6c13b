// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

func checkConfiguration(_ context.Context, d *deployment) finding {
	c, err := d.flags.Load()
	if err != nil {
		return failed("the configuration has mistakes").list(strings.Split(err.Error(), "\n")).
			advise("docs/configuration.md has every key and variable")
	}
	d.config = c
	uri := "no MongoDB"
	if c.URI != "" {
		uri = "MongoDB " + hosts(c)
	}
	data := c.Dir
	if c.Storage == eventstore.Memory {
		data = "memory"
		if c.Ack == eventstore.AckSynced {
			return failed("ack is %v, and journal.storage is %v, which cannot sync", c.Ack, c.Storage).advise("set ack to %v or %v", eventstore.AckStored, eventstore.AckWritten)
		}
	}
	return ok("%s, %s.%s, data in %s", uri, c.Database, c.Collection, data)
}

func checkMap(_ context.Context, d *deployment) finding {
	path := cmp.Or(d.mapPath, d.config.EventMap)
	if path == "" {
		return skipped("no event map is given; give it with --map, OTELANALYTICS_EVENT_MAP or event_map in the configuration")
	}
	m, err := cli.LoadMap(d.in, path)
	var mistakes *cli.Failed
	if errors.As(err, &mistakes) {
		return failed("%s has mistakes", path).list(strings.Split(mistakes.Summary, "\n")[1:]).
			advise("otelanalytics validate %s", path)
	}
	if err != nil {
		return failed("%v", err).advise("give the path of the event map with --map")
	}
	d.events = m
	return ok("%s: %s, %s, map_version %s", path, cli.Counted(int64(len(m.Events())), "event"), cli.Counted(int64(len(m.Metrics())), "metric"), m.Hash())
}
