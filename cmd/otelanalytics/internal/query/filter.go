// SPDX-License-Identifier: Apache-2.0

package query

import (
	"encoding/json"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// fieldValue reads data.FIELD=VALUE.
func fieldValue(text string) (mongostore.FieldValue, error) {
	path, value, found := strings.Cut(text, "=")
	name, data := strings.CutPrefix(path, "data.")
	if !found || !data || name == "" {
		return mongostore.FieldValue{}, cli.Usagef("--filter is %q; write data.FIELD=VALUE, such as data.plan=pro or data.order.total=5", text)
	}
	return mongostore.FieldValue{Path: name, Value: scalar(value)}, nil
}

// scalar returns the number, the bool, the null or the text in quotes that JSON reads; else the text itself.
func scalar(text string) any {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil || d.More() {
		return text
	}
	switch v := v.(type) {
	case nil, bool, string:
		return v
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
	}
	return text
}
