// SPDX-License-Identifier: Apache-2.0

package migrate

import (
	"errors"
	"math"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// Why a document of the old form is left as it is, besides its timestamp.
var (
	errReceived = errors.New("received_at is no time")
	errUser     = errors.New("user_id is neither a text, a whole number nor an ObjectId")
)

// oldForm matches documents that are to be converted, and those alone: what is converted no longer matches, which is all
// that a run needs to know of those before it.
func oldForm() bson.D {
	return bson.D{{Key: eventdoc.FieldTime, Value: bson.D{{Key: "$type", Value: "string"}}}}
}

// change is what becomes of one document.
type change struct {
	id    bson.RawValue
	old   string // the timestamp that it was read with
	set   bson.D
	unset bson.D

	happened, accepted time.Time
}

// filter matches the document as long as nobody else has converted it.
func (c *change) filter() bson.D {
	return bson.D{{Key: eventdoc.FieldID, Value: c.id}, {Key: eventdoc.FieldTime, Value: c.old}}
}

func (c *change) update() bson.D {
	update := bson.D{{Key: "$set", Value: c.set}}
	if len(c.unset) > 0 {
		update = append(update, bson.E{Key: "$unset", Value: c.unset})
	}
	return update
}

func (c *change) put(field string, value any) {
	c.set = append(c.set, bson.E{Key: field, Value: value})
}
func (c *change) remove(field string) { c.unset = append(c.unset, bson.E{Key: field, Value: ""}) }

// convert says what becomes of a document of the old form. The error is why it is left as it is; it holds nothing of
// the document.
func convert(doc bson.Raw, local *time.Location) (*change, error) {
	text, ok := doc.Lookup(eventdoc.FieldTime).StringValueOK()
	if !ok {
		return nil, errForm
	}
	happened, err := parseISO(text, local)
	if err != nil {
		return nil, err
	}
	c := &change{id: doc.Lookup(eventdoc.FieldID), old: text, happened: happened}
	c.put(eventdoc.FieldTime, bson.NewDateTimeFromTime(happened))
	if err := c.received(doc, happened, local); err != nil {
		return nil, err
	}
	if err := c.user(doc.Lookup(eventdoc.FieldUserID)); err != nil {
		return nil, err
	}
	if absent(doc.Lookup(eventdoc.FieldData)) {
		c.put(eventdoc.FieldData, bson.D{})
	}
	for _, name := range eventdoc.OptionalTexts() {
		v := doc.Lookup(name)
		if s, ok := v.StringValueOK(); v.Type == bson.TypeNull || ok && s == "" {
			c.remove(name)
		}
	}
	return c, nil
}

// absent reports that a field is missing or null.
func absent(v bson.RawValue) bool { return v.IsZero() || v.Type == bson.TypeNull }

// received sets received_at to the first that there is of itself, created_at and the time when the event happened.
// created_at goes when it says nothing else.
func (c *change) received(doc bson.Raw, happened time.Time, local *time.Location) error {
	received, created := doc.Lookup(eventdoc.FieldReceivedAt), doc.Lookup("created_at")
	own, isTime := instant(received, local)
	if !absent(received) && !isTime {
		return errReceived
	}
	other, wasCreated := instant(created, local)
	at := bson.NewDateTimeFromTime(happened)
	switch {
	case isTime:
		at = own
	case wasCreated:
		at = other
	}
	c.accepted = at.Time()
	if received.Type != bson.TypeDateTime {
		c.put(eventdoc.FieldReceivedAt, at)
	}
	if created.Type == bson.TypeNull || wasCreated && other == at {
		c.remove("created_at")
	}
	return nil
}

// instant reads a Date, or a text in ISO 8601.
func instant(v bson.RawValue, local *time.Location) (bson.DateTime, bool) {
	if ms, ok := v.DateTimeOK(); ok {
		return bson.DateTime(ms), true
	}
	text, ok := v.StringValueOK()
	if !ok {
		return 0, false
	}
	t, err := parseISO(text, local)
	return bson.NewDateTimeFromTime(t), err == nil
}

// user makes user_id a text: "" for nobody, and for numbers and ObjectIds what is usual.
func (c *change) user(id bson.RawValue) error {
	if absent(id) {
		c.put(eventdoc.FieldUserID, "")
		return nil
	}
	switch id.Type {
	case bson.TypeString:
		return nil
	case bson.TypeInt32, bson.TypeInt64:
		n, _ := id.AsInt64OK()
		c.put(eventdoc.FieldUserID, strconv.FormatInt(n, 10))
		return nil
	case bson.TypeObjectID:
		c.put(eventdoc.FieldUserID, id.ObjectID().Hex())
		return nil
	case bson.TypeDouble: // what mongosh makes of a number
		if f := id.Double(); f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			c.put(eventdoc.FieldUserID, strconv.FormatInt(int64(f), 10))
			return nil
		}
	}
	return errUser
}
