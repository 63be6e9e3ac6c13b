// SPDX-License-Identifier: Apache-2.0

package migrate

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// report is the command's result.
type report struct {
	Collection string `json:"collection"` // with the database in front
	DryRun     bool   `json:"dry_run"`
	Finished   bool   `json:"finished"`
	// Found is how many documents were in the old form at the start, and Converted how many are not any more (dry run:
	// would not be). Elsewhere are those that somebody else changed or deleted meanwhile.
	Found     int64 `json:"found"`
	Converted int64 `json:"converted"`
	Elsewhere int64 `json:"changed_elsewhere"`
	// Fields counts the changes by field, of documents that were converted (or changed elsewhere at the same moment).
	Fields   map[string]int64 `json:"fields"`
	Skipped  []*skipped       `json:"skipped"`
	Examples []example        `json:"examples,omitempty"` // of a dry run
}

// skipped are documents that are left as they are, for one reason.
type skipped struct {
	Reason    string   `json:"reason"`
	Documents int64    `json:"documents"`
	IDs       []string `json:"ids"` // of the first
}

// example is a change: the fields that it is about, as relaxed Extended JSON.
type example struct {
	ID     string          `json:"id"`
	Before json.RawMessage `json:"before"`
	After  json.RawMessage `json:"after"`
}

const (
	maxIDs      = 5
	maxExamples = 5
)

func (r *report) skip(reason string, id bson.RawValue) {
	i := slices.IndexFunc(r.Skipped, func(s *skipped) bool { return s.Reason == reason })
	if i < 0 {
		i = len(r.Skipped)
		r.Skipped = append(r.Skipped, &skipped{Reason: reason})
	}
	s := r.Skipped[i]
	s.Documents++
	if len(s.IDs) < maxIDs {
		s.IDs = append(s.IDs, idText(id))
	}
}

func (r *report) left() (n int64) {
	for _, s := range r.Skipped {
		n += s.Documents
	}
	return n
}

// done counts a change that was made (dry run: would be).
func (r *report) done(c *change) {
	r.Converted++
	for _, e := range slices.Concat(c.set, c.unset) {
		r.Fields[e.Key]++
	}
}

// show keeps the change as an example, when there is none of the same fields yet.
func (r *report) show(c *change, doc bson.Raw, shown map[string]bool) error {
	before, kind := bson.D{}, ""
	for _, e := range slices.Concat(c.set, c.unset) {
		kind += " " + e.Key
		if v := doc.Lookup(e.Key); !v.IsZero() {
			before = append(before, bson.E{Key: e.Key, Value: v})
		} else {
			kind += "?"
		}
	}
	if shown[kind] || len(r.Examples) == maxExamples {
		return nil
	}
	shown[kind] = true
	x := example{ID: idText(c.id)}
	var err error
	if x.Before, err = bson.MarshalExtJSON(before, false, false); err != nil {
		return err
	}
	if x.After, err = bson.MarshalExtJSON(c.set, false, false); err != nil {
		return err
	}
	r.Examples = append(r.Examples, x)
	return nil
}

func idText(v bson.RawValue) string {
	if id, ok := v.ObjectIDOK(); ok {
		return id.Hex()
	}
	if s, ok := v.StringValueOK(); ok {
		return s
	}
	return v.String()
}

func (r *report) write(t *cli.Text) {
	t.Printf("%s: %s in the old form\n", cli.Safe(r.Collection), cli.Counted(r.Found, "document"))
	verb := "converted"
	if r.DryRun {
		verb = "would be converted; nothing was written"
	}
	t.Printf("%d %s\n", r.Converted, verb)
	if r.Elsewhere > 0 {
		t.Printf("%d were changed or deleted by somebody else meanwhile\n", r.Elsewhere)
	}
	for _, s := range r.Skipped {
		ids := cli.Safe(strings.Join(s.IDs, ", "))
		if s.Documents > int64(len(s.IDs)) {
			ids += ", …"
		}
		t.Printf("%s: %s\n  _id %s\n", t.Yellow(fmt.Sprintf("%d left as they are", s.Documents)), s.Reason, ids)
	}
	if len(r.Fields) > 0 {
		var rows [][]string
		for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
			rows = append(rows, []string{name, strconv.FormatInt(r.Fields[name], 10)})
		}
		t.Printf("\n")
		t.Table([]string{"field", "documents"}, rows)
	}
	for _, x := range r.Examples {
		t.Printf("\n_id %s\n  before %s\n  after  %s\n", cli.Safe(x.ID), cli.Safe(string(x.Before)), cli.Safe(string(x.After)))
	}
}
