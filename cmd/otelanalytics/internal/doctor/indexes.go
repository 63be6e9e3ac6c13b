// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// index is one index of the collection.
type index struct {
	Name   string         `bson:"name"`
	Keys   bson.D         `bson:"key"`
	Expire *bson.RawValue `bson:"expireAfterSeconds"`
	Unique bool           `bson:"unique"`
}

// keys writes the keys as the shell does.
func keys(d bson.D) string {
	var parts []string
	for _, e := range d {
		direction := fmt.Sprint(e.Value)
		switch n := e.Value.(type) {
		case float64:
			if n == math.Trunc(n) {
				direction = fmt.Sprintf("%.0f", n)
			}
		case string:
			direction = fmt.Sprintf("%q", n)
		}
		parts = append(parts, e.Key+": "+direction)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func checkIndexes(ctx context.Context, d *deployment) finding {
	cursor, err := d.mongodb.Collection.Indexes().List(ctx)
	var all []index
	if err == nil {
		err = cursor.All(ctx, &all)
	}
	where := d.config.Database + "." + d.config.Collection
	if err != nil {
		return d.denied(failed("%v", d.mongodb.Error("indexes of "+where, err)), err, "allow the account to list the indexes of "+where)
	}
	if len(all) == 0 {
		return failed("there is no collection %s: no service has connected with this configuration", where).
			advise("mongodb.database and mongodb.collection, or --database and --collection, name it; a service creates it, with its indexes, when it starts")
	}
	f := ok("both indexes for queries exist")
	if d.config.TTL > 0 {
		f = ok("both indexes for queries exist, and the one that expires events after %v", d.config.TTL)
	}
	var missing []string
	var fixes []string
	for _, k := range eventdoc.Indexes() {
		want := keys(k)
		if !slices.ContainsFunc(all, func(i index) bool { return keys(i.Keys) == want }) {
			missing = append(missing, want+" is missing: queries read the whole collection")
			fixes = append(fixes, d.shell("createIndex(%s)", want))
		}
	}
	if len(missing) > 0 {
		f = failed("%d of 2 are missing on %s", len(missing), where).list(missing)
		f.fix = fixes
		if d.config.WithoutIndexes {
			f = f.advise("mongodb.indexes is false: the service leaves them to you. With true it creates them when it starts")
		} else {
			f = f.advise("or restart the service, which creates them when it starts; its log says why when it cannot")
		}
	}
	f = d.expiry(f, all)
	for _, i := range all {
		if _, expires := i.expires(); expires && !i.ofExpiry() {
			f = f.list([]string{fmt.Sprintf("note: the index %s makes MongoDB delete events, too, whatever mongodb.ttl is", keys(i.Keys))})
		}
		if i.Unique && keys(i.Keys) != "{_id: 1}" {
			f = f.list([]string{fmt.Sprintf("note: the unique index %s puts the second event with the same value into quarantine", keys(i.Keys))})
		}
	}
	return f
}

// shell is a command of mongosh about the collection.
func (d *deployment) shell(format string, args ...any) string {
	return d.eval("getCollection(%q).%s", d.config.Collection, fmt.Sprintf(format, args...))
}

// eval is a command of mongosh about the database.
func (d *deployment) eval(format string, args ...any) string {
	return fmt.Sprintf("mongosh \"$OTELANALYTICS_MONGODB_URI\" --eval 'db.getSiblingDB(%q).%s'", d.config.Database, fmt.Sprintf(format, args...))
}
