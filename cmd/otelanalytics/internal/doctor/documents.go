// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// aboutProcess names the fields that are read of a document: nothing of a user.
func aboutProcess() bson.D {
	fields := bson.D{}
	for _, name := range []string{eventdoc.FieldReceivedAt, eventdoc.FieldMapVersion, eventdoc.FieldService, eventdoc.FieldVersion} {
		fields = append(fields, bson.E{Key: name, Value: 1})
	}
	return fields
}

// mostTypes bounds how many event types are asked for their latest document.
const mostTypes = 50

func checkDocuments(ctx context.Context, d *deployment) finding {
	latest, err := d.latest(ctx)
	if err != nil {
		return d.denied(failed("%v", d.mongodb.Error("the latest documents", err)), err, "see the check indexes; or allow more time: --timeout")
	}
	said := 0.0
	if d.last != nil {
		said, _ = d.last.sum(d.own(ownmetrics.EventsStored))
	}
	where := d.config.Database + "." + d.config.Collection
	if latest == nil && said > 0 {
		return failed("the page counts %.0f stored events, and %s has no event of the map", said, where).
			advise("mongodb.uri, mongodb.database and mongodb.collection here differ from the service's")
	}
	if latest == nil {
		return ok("no event of the map is stored in %s yet", where)
	}
	age := fmt.Sprintf("the latest of %s was accepted %s ago", where, cli.Age(time.Since(latest.ReceivedAt)))
	if latest.MapVersion == d.events.Hash() {
		return ok("%s, with this map", age)
	}
	if d.delivers() {
		return ok("%s, by a service with another map: %s", age, latest.MapVersion)
	}
	if d.last != nil && d.earlier(latest) {
		return ok("%s, before the service that runs now was started: with another map, %s", age, latest.MapVersion)
	}
	return failed("%s, with another map: map_version %s, and this map is %s", age, latest.MapVersion, d.events.Hash()).
		advise("deploy this map and restart the service; or give the map that it runs with: --map")
}

// earlier reports whether a document is of a process before the one whose page this is.
func (d *deployment) earlier(s *eventdoc.Event) bool {
	if instance := d.last.about("service_instance_id"); instance != "" && s.Service.InstanceID != "" {
		return instance != s.Service.InstanceID
	}
	started := time.UnixMilli(int64(d.last.started() * 1000))
	return d.last.started() > 0 && s.ReceivedAt.Before(started)
}

// latest finds the latest document of the service whose page this is, of this process if there is one; nil without any. It
// asks for each type of the map, which an index answers.
func (d *deployment) latest(ctx context.Context) (*eventdoc.Event, error) {
	name, instance := "", ""
	if d.last != nil && !d.delivers() { // which has events of all services
		name, instance = d.last.about("service_name"), d.last.about("service_instance_id")
	}
	var found, own *eventdoc.Event
	asked := 0
	for _, e := range d.events.Events() {
		if e.IsPattern() || !e.Store || asked == mostTypes {
			continue
		}
		asked++
		filter := bson.D{{Key: eventdoc.FieldType, Value: bson.D{{Key: "$in", Value: append([]string{e.Name}, e.RenamedFrom...)}}}}
		if name != "" {
			filter = append(filter, bson.E{Key: eventdoc.FieldService + "." + eventdoc.FieldServiceName, Value: name})
		}
		doc, err := d.mongodb.Collection.FindOne(ctx, filter, options.FindOne().
			SetSort(eventdoc.NewestFirst()).SetProjection(aboutProcess())).Raw()
		if errors.Is(err, mongo.ErrNoDocuments) {
			continue
		}
		if err != nil {
			return nil, err
		}
		s, err := eventdoc.Parse(doc)
		if err != nil {
			return nil, err
		}
		if found == nil || s.ReceivedAt.After(found.ReceivedAt) {
			found = &s
		}
		if instance != "" && s.Service.InstanceID == instance && (own == nil || s.ReceivedAt.After(own.ReceivedAt)) {
			own = &s
		}
	}
	if own != nil {
		return own, nil
	}
	return found, nil
}
